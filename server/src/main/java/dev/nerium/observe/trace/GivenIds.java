package dev.nerium.observe.trace;

import io.opentelemetry.sdk.trace.IdGenerator;

/** Gives the next span the ids that were assigned to its run at its start. Used by one thread. */
final class GivenIds implements IdGenerator {
    private final IdGenerator random = IdGenerator.random();
    private String trace = "";
    private String span = "";

    /** @param traceId of a span without a parent; one that has a parent is in that one's trace */
    void give(String traceId, String spanId) {
        trace = traceId;
        span = spanId;
    }

    @Override
    public String generateTraceId() {
        return trace.isEmpty() ? random.generateTraceId() : trace;
    }

    @Override
    public String generateSpanId() {
        String given = span;
        span = "";
        return given.isEmpty() ? random.generateSpanId() : given;
    }
}
