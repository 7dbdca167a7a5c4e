package dev.nerium.observe.trace;

import dev.nerium.observe.ObservedReply;
import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Phase;
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

/** Makes the trace of a run that ended: a span of the run, and one of each of its phases. Used by one thread. */
final class RunSpans {
    static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    private static final String EXECUTE = "execute";

    private final Tracer tracer;
    private final GivenIds ids;

    RunSpans(Tracer tracer, GivenIds ids) {
        this.tracer = tracer;
        this.ids = ids;
    }

    /** Returns the span of the run. */
    Context record(ObservedRun observed) {
        Run run = observed.run();
        ids.give(observed.traceId(), observed.spanId());
        Span root = tracer.spanBuilder("run " + run.what().mode())
                .setParent(observed.origin().trace().map(RunSpans::context).orElseGet(Context::root))
                .setSpanKind(SpanKind.SERVER)
                .setStartTimestamp(run.times().queued())
                .setAllAttributes(SpanAttributes.run(run))
                .setAttribute(RunLogs.KEY, run.owner().keyId())
                .startSpan();
        Context context = Context.root().with(root);
        phases(observed, context);
        Instant end = end(observed);
        run.failure().ifPresent(failure -> fail(root, observed, failure, end));
        root.end(end);
        return context;
    }

    private static Context context(TraceParent span) {
        return Context.root()
                .with(Span.wrap(SpanContext.createFromRemoteParent(
                        span.traceId(),
                        span.spanId(),
                        span.sampled() ? TraceFlags.getSampled() : TraceFlags.getDefault(),
                        TraceState.getDefault())));
    }

    /** The record's times are rounded down. */
    private static Instant end(ObservedRun observed) {
        Instant end =
                observed.run().times().ended().orElse(observed.run().times().queued());
        for (Phase phase : observed.phases()) {
            end = end(phase).isAfter(end) ? end(phase) : end;
        }
        return end;
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
    private void phases(ObservedRun observed, Context root) {
        Run run = observed.run();
        RunFacts facts = run.facts();
        String key = run.owner().keyId();
        Context execute = observed.phases().stream()
                .filter(phase -> phase.name().equals(EXECUTE))
                .findFirst()
                .map(phase -> span(phase.name(), key, phase.start(), end(phase), root, SpanAttributes.execute(facts)))
                .orElse(root);
        Iterator<RunFacts.Scan> scans = facts.scans().iterator();
        for (Phase phase : observed.phases()) {
            Instant end = end(phase);
            switch (phase.name()) {
                case EXECUTE -> {}
                case "plan" ->
                    span(
                            "plan " + phase.subject().orElse(""),
                            key,
                            phase.start(),
                            end,
                            execute,
                            scans.hasNext() ? SpanAttributes.scan(scans.next()) : Attributes.empty());
                case "queue" -> {
                    // The phase ends with a worker; the wait for a place is the first part of it.
                    Instant place = run.times().scheduled().orElse(end);
                    span("queue", key, phase.start(), place, root, Attributes.empty());
                    span("sandbox", key, place, end, root, SpanAttributes.sandbox(run));
                }
                case "commit" -> span("commit", key, phase.start(), end, root, SpanAttributes.output(facts));
                default -> span(phase.name(), key, phase.start(), end, root, Attributes.empty());
            }
        }
    }

    /** The reply of a run is written when its trace is made already. */
    void record(ObservedReply reply) {
        TraceParent run = reply.origin().span(reply.run());
        span(
                "encode",
                reply.keyId(),
                reply.start(),
                reply.start().plus(reply.duration()),
                context(run),
                Attributes.empty());
    }

    private Context span(String name, String keyId, Instant start, Instant end, Context parent, Attributes attributes) {
        Span span = tracer.spanBuilder(name)
                .setParent(parent)
                .setStartTimestamp(start)
                .setAllAttributes(attributes)
                .setAttribute(RunLogs.KEY, keyId)
                .startSpan();
        span.end(end.isBefore(start) ? start : end);
        return parent.with(span);
    }

    private static Instant end(Phase phase) {
        return phase.start().plus(phase.duration());
    }
}
