package dev.nerium.observe.trace;

import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Run;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Iterator;

/** Makes log records of what a run printed, and of why it failed. */
final class RunLogs {
    private static final AttributeKey<Long> LINE = AttributeKey.longKey("nerium.log.line");
    private static final AttributeKey<String> RUN = AttributeKey.stringKey("nerium.run.id");

    /** The key of the run; this key can read the row. */
    static final AttributeKey<String> KEY = AttributeKey.stringKey("nerium.key.id");

    private final Logger logger;

    RunLogs(Logger logger) {
        this.logger = logger;
    }

    /**
     * A line's time is the run's end, when it was collected; its number has the order.
     *
     * @param span of the run
     */
    void record(ObservedRun observed, Context span) {
        Run run = observed.run();
        Instant end = run.times().ended().orElse(run.times().queued());
        long number = 0;
        for (Iterator<String> lines = observed.log().lines().iterator(); lines.hasNext(); ) {
            record(run, end, span, Severity.INFO, observed.withoutParams(lines.next()))
                    .setAttribute(LINE, ++number)
                    .emit();
        }
        run.failure()
                .ifPresent(failure -> record(run, end, span, Severity.ERROR, observed.withoutParams(failure.error()))
                        .setAttribute(RunSpans.ERROR_TYPE, failure.code().orElse("unknown"))
                        .emit());
    }

    private LogRecordBuilder record(Run run, Instant time, Context span, Severity severity, String body) {
        return logger.logRecordBuilder()
                .setTimestamp(time)
                .setContext(span)
                .setSeverity(severity)
                .setSeverityText(severity.name())
                .setBody(body)
                .setAttribute(KEY, run.owner().keyId())
                .setAttribute(RUN, run.id().toString());
    }
}
