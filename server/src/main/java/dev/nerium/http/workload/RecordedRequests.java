package dev.nerium.http.workload;

import dev.nerium.config.NeriumConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.Runs;
import dev.nerium.workload.request.WorkloadRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads requests again that are recorded with their runs. */
public final class RecordedRequests {
    private final Runs runs;
    private final NeriumConfig config;

    public RecordedRequests(Runs runs, NeriumConfig config) {
        this.runs = runs;
        this.config = config;
    }

    /** The request that a run came from, on the snapshots that it named. */
    public WorkloadRequest again(Run run) {
        Map<String, Long> pins = new HashMap<>();
        pin(run.facts().inputs(), pins);
        pin(run.facts().unread(), pins);
        return read(run, Optional.empty()).pinned(pins);
    }

    private static void pin(List<RunFacts.Input> tables, Map<String, Long> pins) {
        for (RunFacts.Input table : tables) {
            Long snapshot = table.snapshotId();
            if (snapshot != null) {
                pins.put(table.table(), snapshot);
            }
        }
    }

    /**
     * The same as a run of its own, which is executed. Rows are not written a second time unless the client says where.
     *
     * @param change the client's body
     */
    public WorkloadRequest replay(Run run, Optional<String> change) {
        WorkloadRequest again = again(run).reading().uncached().replaying(run);
        return again.writtenTo(
                change.flatMap(body -> WorkloadRequestReader.destination(bytes(body), config, again.catalog())));
    }

    /** The request of a run that was accepted and has not begun. */
    public WorkloadRequest accepted(Run run, String text) {
        Resumption resumption = Resumption.parse(text);
        Optional<UUID> original = resumption.replayOf();
        WorkloadRequest request = original.isPresent()
                ? replay(runs.find(original.get()).orElse(run), resumption.change())
                : read(run, resumption.preferences().queueTimeout());
        return request.from(resumption.origin());
    }

    private WorkloadRequest read(Run run, Optional<Duration> queueTimeout) {
        String body = run.request()
                .orElseThrow(() -> NeriumException.invalid("The run " + run.id() + " is a "
                        + run.what().mode() + ": only queries and scripts can be repeated."));
        return WorkloadRequestReader.readRecorded(bytes(body), queueTimeout, config);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
