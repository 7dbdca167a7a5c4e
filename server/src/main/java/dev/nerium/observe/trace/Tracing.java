package dev.nerium.observe.trace;

import dev.nerium.config.TelemetryConfig;
import dev.nerium.observe.ObservedReply;
import dev.nerium.observe.ObservedRun;
import dev.nerium.observe.RunObserver;
import dev.nerium.observe.telemetry.TelemetryTables;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.SdkLoggerProviderBuilder;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Makes spans and log records of each run that ended, by OpenTelemetry's SDK. */
public final class Tracing implements RunObserver, AutoCloseable {
    private static final String SCOPE = "dev.nerium";
    private static final long FAREWELL_SECONDS = 5;

    /** Maximum number of ended runs whose clients still read their responses. */
    private static final int MOST_AWAITED = 10_000;

    private final SdkTracerProvider tracers;
    private final SdkLoggerProvider loggers;
    private final boolean tracing;
    private final boolean logging;
    private final RunSpans spans;
    private final RunLogs logs;
    private final LinkedHashMap<UUID, ObservedRun> awaited = new LinkedHashMap<>();

    /**
     * @param server id of this one
     * @param version of this program
     */
    public Tracing(TelemetryConfig config, TelemetryTables tables, String server, String version) {
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.builder()
                        .put("service.name", "nerium")
                        .put("service.version", version)
                        .put("service.instance.id", server)
                        .build()));
        GivenIds ids = new GivenIds();
        SdkTracerProviderBuilder traced = SdkTracerProvider.builder()
                .setResource(resource)
                .setIdGenerator(ids)
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()));
        SdkLoggerProviderBuilder logged = SdkLoggerProvider.builder().setResource(resource);
        if (tables.keepsTraces()) {
            traced.addSpanProcessor(SimpleSpanProcessor.create(new TableSpans(tables, resource.getAttributes())));
        }
        if (tables.keepsLogs()) {
            logged.addLogRecordProcessor(
                    SimpleLogRecordProcessor.create(new TableLogs(tables, resource.getAttributes())));
        }
        Optional<Collector> collector = Collector.of(config.otlp());
        collector.filter(_ -> config.otlp().traces()).map(Collector::spans).ifPresent(traced::addSpanProcessor);
        collector.filter(_ -> config.otlp().logs()).map(Collector::logs).ifPresent(logged::addLogRecordProcessor);
        boolean exported = collector.isPresent();
        this.tracing = tables.keepsTraces() || (exported && config.otlp().traces());
        this.logging = tables.keepsLogs() || (exported && config.otlp().logs());
        this.tracers = traced.build();
        this.loggers = logged.build();
        this.spans = new RunSpans(tracers.get(SCOPE), ids);
        this.logs = new RunLogs(loggers.get(SCOPE));
    }

    @Override
    public void started(ObservedRun run) {
        // Spans are made when their ends are known.
    }

    @Override
    public void ended(ObservedRun run) {
        if (logging) {
            logs.record(run, RunSpans.context(run));
        }
        if (!tracing) {
            return;
        }
        if (run.origin().awaitedSince().isPresent()) {
            await(run);
        } else {
            spans.record(run, run.at());
        }
    }

    /** The trace of a run is recorded when its client has the response. */
    private synchronized void await(ObservedRun run) {
        awaited.put(run.run().id(), run);
        if (awaited.size() > MOST_AWAITED) {
            ObservedRun eldest = awaited.pollFirstEntry().getValue();
            spans.record(eldest, eldest.at());
        }
    }

    @Override
    public synchronized void replied(ObservedReply reply) {
        ObservedRun run = awaited.remove(reply.run());
        if (run != null) {
            spans.record(run, reply.sentAt());
        }
    }

    private synchronized void recordAwaited() {
        awaited.values().forEach(run -> spans.record(run, run.at()));
        awaited.clear();
    }

    /** Gives the collector a moment for what it has not taken yet. */
    @Override
    public void close() {
        recordAwaited();
        CompletableResultCode.ofAll(List.of(tracers.shutdown(), loggers.shutdown()))
                .join(FAREWELL_SECONDS, TimeUnit.SECONDS);
    }
}
