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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Makes spans and log records of each run that ended, by OpenTelemetry's SDK. */
public final class Tracing implements RunObserver, AutoCloseable {
    private static final String SCOPE = "dev.nerium";
    private static final long FAREWELL_SECONDS = 5;

    private final SdkTracerProvider tracers;
    private final SdkLoggerProvider loggers;
    private final RunSpans spans;
    private final RunLogs logs;

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
        SdkTracerProviderBuilder tracing = SdkTracerProvider.builder()
                .setResource(resource)
                .setIdGenerator(ids)
                .setSampler(Sampler.parentBased(Sampler.alwaysOn()))
                .addSpanProcessor(SimpleSpanProcessor.create(new TableSpans(tables, resource.getAttributes())));
        SdkLoggerProviderBuilder logging = SdkLoggerProvider.builder()
                .setResource(resource)
                .addLogRecordProcessor(
                        SimpleLogRecordProcessor.create(new TableLogs(tables, resource.getAttributes())));
        Optional<Collector> collector = Collector.of(config.otlp());
        collector.map(Collector::spans).ifPresent(tracing::addSpanProcessor);
        collector.map(Collector::logs).ifPresent(logging::addLogRecordProcessor);
        this.tracers = tracing.build();
        this.loggers = logging.build();
        this.spans = new RunSpans(tracers.get(SCOPE), ids);
        this.logs = new RunLogs(loggers.get(SCOPE));
    }

    @Override
    public void started(ObservedRun run) {
        // Spans are made when their ends are known.
    }

    @Override
    public void ended(ObservedRun run) {
        logs.record(run, spans.record(run));
    }

    @Override
    public void replied(ObservedReply reply) {
        spans.record(reply);
    }

    /** Gives the collector a moment for what it has not taken yet. */
    @Override
    public void close() {
        CompletableResultCode.ofAll(List.of(tracers.shutdown(), loggers.shutdown()))
                .join(FAREWELL_SECONDS, TimeUnit.SECONDS);
    }
}
