package dev.nerium.workload.request;

import dev.nerium.lake.name.TableReference;
import dev.nerium.run.RunOrigin;
import dev.nerium.sandbox.job.Work;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A request whose every field was checked; whether its tables exist is seen later.
 *
 * @param tables by alias, in the order of the request
 * @param manner what is done with it, beyond what the code says
 * @param warnings what the client should know, though nothing failed
 * @param origin where it comes from
 */
public record WorkloadRequest(
        Work work,
        String catalog,
        Map<String, TableReference> tables,
        ComputeTarget place,
        Optional<Destination> destination,
        RequestedTimeouts time,
        Manner manner,
        List<String> warnings,
        RunOrigin origin) {

    /**
     * @param kept the answer can be given again for a while
     * @param explain it is planned, and not executed
     * @param pins by reference in full, the snapshot that is read instead of the current one
     * @param body that the request was read from, where it can be asked again
     */
    public record Manner(
            ResultDelivery delivery, boolean kept, boolean explain, Map<String, Long> pins, Optional<String> body) {
        public static final Manner PLAIN = new Manner(ResultDelivery.INLINE, false, false, Map.of(), Optional.empty());

        public Manner {
            pins = Map.copyOf(pins);
        }
    }

    public WorkloadRequest {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        warnings = List.copyOf(warnings);
    }

    /** The same with its rows brought another way. */
    public WorkloadRequest delivered(ResultDelivery delivery) {
        return with(new Manner(delivery, manner.kept(), manner.explain(), manner.pins(), manner.body()));
    }

    /** The same with an answer that can be given again. */
    public WorkloadRequest kept() {
        return with(new Manner(manner.delivery(), true, manner.explain(), manner.pins(), manner.body()));
    }

    /** The same without executing or writing anything, which is done on this machine. */
    public WorkloadRequest explained() {
        Manner plan = new Manner(ResultDelivery.INLINE, false, true, manner.pins(), manner.body());
        ComputeTarget here = place instanceof ComputeTarget.Local ? place : ComputeTarget.Local.DEFAULT;
        return new WorkloadRequest(work, catalog, tables, here, destination, time, plan, warnings, origin);
    }

    /** The same on these snapshots. */
    public WorkloadRequest pinned(Map<String, Long> pins) {
        return with(new Manner(manner.delivery(), manner.kept(), manner.explain(), pins, manner.body()));
    }

    /** The same with its rows written to another table, or to none. */
    public WorkloadRequest writtenTo(Optional<Destination> other) {
        return new WorkloadRequest(work, catalog, tables, place, other, time, manner, warnings, origin);
    }

    /** The same asked for by another run. */
    public WorkloadRequest from(RunOrigin other) {
        return new WorkloadRequest(work, catalog, tables, place, destination, time, manner, warnings, other);
    }

    private WorkloadRequest with(Manner other) {
        return new WorkloadRequest(work, catalog, tables, place, destination, time, other, warnings, origin);
    }

    /** Full name of the destination. */
    public Optional<String> target() {
        return destination.map(to -> to.table().toString());
    }
}
