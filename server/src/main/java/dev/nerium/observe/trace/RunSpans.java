package dev.nerium.observe.trace;

import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.trace.RunTimeline.Step;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.TraceParent;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.time.Instant;
import java.util.Iterator;

/** Makes the trace of a run that ended: a span of the run, one of each of its steps, and one of each plan. Used by one thread. */
final class RunSpans {
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private final Tracer tracer;
    private final GivenIds ids;

    RunSpans(Tracer tracer, GivenIds ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    /** @param end of the run, or of the response if a client waited for it */
    void record(ObservedRun observed, Instant end) {
        Run run = observed.run();
        ids.give(observed.traceId(), observed.spanId());
        RunTimeline timeline = RunTimeline.of(observed, end);
        Span root = tracer.spanBuilder("run " + run.what().mode())
                .setParent(observed.origin().trace().map(RunSpans::context).orElseGet(Context::root))
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(timeline.whole().start())
                .setAllAttributes(SpanAttributes.run(run))
                .setAttribute(RunLogs.KEY, run.owner().keyId())
                .startSpan();
        children(observed, timeline, Context.root().with(root));
        run.failure().ifPresent(failure -> fail(root, observed, failure, timeline.ended()));
        root.end(timeline.whole().end());
    }

    /** The span of a run as the parent of log records, whether or not it is recorded yet. */
    static Context context(ObservedRun observed) {
        return context(observed.origin().span(observed.run().id()));
    }

    private static Context context(TraceParent span) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        span.traceId(),
                        span.spanId(),
                        span.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault())));
    }

    private static void fail(Span root, ObservedRun observed, Run.Failure failure, Instant end) {
        String code = failure.code().orElse("unknown");
        String message = observed.withoutParams(failure.error());
        root.setAttribute(ERROR_TYPE, code);
        root.setStatus(StatusCode.ERROR, message);
        root.addEvent(
                "exception",
                Attributes.builder()
                        .put("exception.type", code)
                        .put("exception.message", message)
                        .build(),
                end);
    }

    /** Tables are planned while the run executes. */
    private void children(ObservedRun observed, RunTimeline timeline, Context root) {
        String key = observed.run().owner().keyId();
        Context execute = root;
        for (Step step : timeline.steps()) {
            Context span = span(step, key, root, attributes(step.name(), observed.run()));
            if (step.name().equals(RunTimeline.EXECUTE)) {
                execute = span;
            }
        }
        Iterator<RunFacts.Scan> scans = observed.run().facts().scans().iterator();
        for (Step plan : timeline.plans()) {
            span(plan, key, execute, scans.hasNext() ? SpanAttributes.scan(scans.next()) : Attributes.empty());
        }
    }

    private static Attributes attributes(String step, Run run) {
        return switch (step) {
            case RunTimeline.EXECUTE -> SpanAttributes.execute(run.facts());
            case "sandbox" -> SpanAttributes.sandbox(run);
            case "commit" -> SpanAttributes.output(run.facts());
            default -> Attributes.empty();
        };
    }

    private Context span(Step step, String keyId, Context parent, Attributes attributes) {
        Span span = tracer.spanBuilder(step.name())
                .setParent(parent)
                .setStartTimestamp(step.start())
                .setAllAttributes(attributes)
                .setAttribute(RunLogs.KEY, keyId)
                .startSpan();
        span.end(step.end());
        return parent.with(span);
    }
}
