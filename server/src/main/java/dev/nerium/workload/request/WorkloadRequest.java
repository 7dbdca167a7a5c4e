package dev.nerium.workload.request;

import dev.nerium.lake.name.TableReference;
import dev.nerium.run.Run;
import dev.nerium.run.RunOrigin;
import dev.nerium.run.RunOrigin.ReplayedRun;
import dev.nerium.sandbox.job.Work;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request whose every field was checked; whether its tables exist is seen later.
 *
 * @param tables by alias, in the order of the request
 * @param options what is done with it, beyond what the code says
 * @param warnings what the client should know, though nothing failed
 * @param origin where it comes from
 */
public record WorkloadRequest(
        Work work,
        String catalog,
        Map<String, TableReference> tables,
        ComputeTarget compute,
        Optional<Destination> destination,
        RequestedTimeouts timeouts,
        RunOptions options,
        List<String> warnings,
        RunOrigin origin) {

    /**
     * @param spooled the answer can be given again for a while
     * @param explain it is planned, and not executed
     * @param pins by reference in full, the snapshot that is read instead of the current one
     * @param cache its result may be one that is cached
     * @param body that the request was read from, where it can be asked again
     * @param recordedAtEnd nobody knows the run's id before it ends
     */
    public record RunOptions(
            ResultDelivery delivery,
            boolean spooled,
            boolean explain,
            boolean cache,
            Map<String, Long> pins,
            Optional<String> body,
            boolean recordedAtEnd) {
        public static final RunOptions DEFAULT =
                new RunOptions(ResultDelivery.INLINE, false, false, true, Map.of(), Optional.empty(), false);

        public RunOptions {
            pins = Map.copyOf(pins);
        }

        private RunOptions delivered(ResultDelivery other) {
            return new RunOptions(other, spooled, explain, cache, pins, body, recordedAtEnd);
        }

        private RunOptions asSpooled() {
            return new RunOptions(delivery, true, explain, cache, pins, body, recordedAtEnd);
        }

        private RunOptions explained() {
            return new RunOptions(ResultDelivery.INLINE, false, true, false, pins, body, recordedAtEnd);
        }

        private RunOptions pinned(Map<String, Long> others) {
            return new RunOptions(delivery, spooled, explain, cache, others, body, recordedAtEnd);
        }

        private RunOptions uncached() {
            return new RunOptions(delivery, spooled, explain, false, pins, body, recordedAtEnd);
        }

        private RunOptions atEnd() {
            return new RunOptions(delivery, spooled, explain, cache, pins, body, true);
        }
    }

    public WorkloadRequest {
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
        warnings = List.copyOf(warnings);
    }

    /** The same with its rows brought another way. */
    public WorkloadRequest delivered(ResultDelivery delivery) {
        return with(options.delivered(delivery));
    }

    /** The same with a response that is stored for retries. */
    public WorkloadRequest spooled() {
        return with(options.asSpooled());
    }

    /** The same without executing or writing anything, which is done on this machine. */
    public WorkloadRequest explained() {
        ComputeTarget here = compute instanceof ComputeTarget.Local ? compute : ComputeTarget.Local.DEFAULT;
        return new WorkloadRequest(
                work, catalog, tables, here, destination, timeouts, options.explained(), warnings, origin);
    }

    /** The same on these snapshots. */
    public WorkloadRequest pinned(Map<String, Long> pins) {
        return with(options.pinned(pins));
    }

    /** The same, which may change no table by what its text says. */
    public WorkloadRequest reading() {
        Work query = work instanceof Work.Query statement ? statement.reading() : work;
        return new WorkloadRequest(query, catalog, tables, compute, destination, timeouts, options, warnings, origin);
    }

    /** The same, which is executed whatever is cached. */
    public WorkloadRequest uncached() {
        return with(options.uncached());
    }

    /** The same, whose record may be written once, at the end of the run: nobody knows its id before. */
    public WorkloadRequest recordedAtEnd() {
        return with(options.atEnd());
    }

    /** The same with its rows written to another table, or to none. */
    public WorkloadRequest writtenTo(Optional<Destination> other) {
        return new WorkloadRequest(work, catalog, tables, compute, other, timeouts, options, warnings, origin);
    }

    /** The same from another place; a replay stays one. */
    public WorkloadRequest from(RunOrigin other) {
        RunOrigin from = other.replaying(origin.replayed());
        return new WorkloadRequest(work, catalog, tables, compute, destination, timeouts, options, warnings, from);
    }

    /** The same as a replay of that run. */
    public WorkloadRequest replaying(Run run) {
        RunOrigin from = origin.replaying(Optional.of(new ReplayedRun(run.id(), run.jobName())));
        return new WorkloadRequest(work, catalog, tables, compute, destination, timeouts, options, warnings, from);
    }

    /** The same with more that the client should know. */
    public WorkloadRequest warned(List<String> more) {
        List<String> all = Stream.concat(warnings.stream(), more.stream()).toList();
        return new WorkloadRequest(work, catalog, tables, compute, destination, timeouts, options, all, origin);
    }

    private WorkloadRequest with(RunOptions other) {
        return new WorkloadRequest(work, catalog, tables, compute, destination, timeouts, other, warnings, origin);
    }

    /** Full name of the destination. */
    public Optional<String> target() {
        return destination.map(to -> to.table().toString());
    }
}
