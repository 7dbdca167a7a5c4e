package dev.nerium.observe;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** What a collector hears over OTLP, read by the protocol's own classes. */
final class OtlpReceiver implements AutoCloseable {
    private final HttpServer http;
    private final int status;
    private final CountDownLatch silence;
    private final List<Span> spans = new CopyOnWriteArrayList<>();
    private final List<LogRecord> logs = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final List<String> authorizations = new CopyOnWriteArrayList<>();

    private OtlpReceiver(int status, CountDownLatch silence) {
        this.status = status;
        this.silence = silence;
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.createContext("/v1/traces", exchange -> answer(exchange, this::traces));
        http.createContext("/v1/logs", exchange -> answer(exchange, this::logs));
        http.start();
    }

    static OtlpReceiver start() {
        return new OtlpReceiver(200, new CountDownLatch(0));
    }

    /** One that refuses everything. */
    static OtlpReceiver refusing() {
        return new OtlpReceiver(500, new CountDownLatch(0));
    }

    /** One that takes everything and answers nothing. */
    static OtlpReceiver silent() {
        return new OtlpReceiver(200, new CountDownLatch(1));
    }

    String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    List<Span> spans(String trace) {
        return spans.stream()
                .filter(span -> hex(span.getTraceId()).equals(trace))
                .toList();
    }

    List<LogRecord> logs(String trace) {
        return logs.stream().filter(log -> hex(log.getTraceId()).equals(trace)).toList();
    }

    /** Everything that came, as texts. */
    List<String> bodies() {
        return bodies;
    }

    List<String> authorizations() {
        return authorizations;
    }

    static String hex(com.google.protobuf.ByteString bytes) {
        return HexFormat.of().formatHex(bytes.toByteArray());
    }

    @FunctionalInterface
    private interface Reader {
        void read(byte[] body) throws InvalidProtocolBufferException;
    }

    private void traces(byte[] body) throws InvalidProtocolBufferException {
        ExportTraceServiceRequest.parseFrom(body)
                .getResourceSpansList()
                .forEach(resource -> resource.getScopeSpansList().forEach(scope -> spans.addAll(scope.getSpansList())));
    }

    private void logs(byte[] body) throws InvalidProtocolBufferException {
        ExportLogsServiceRequest.parseFrom(body)
                .getResourceLogsList()
                .forEach(resource ->
                        resource.getScopeLogsList().forEach(scope -> logs.addAll(scope.getLogRecordsList())));
    }

    private void answer(HttpExchange exchange, Reader reader) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            bodies.add(new String(body, StandardCharsets.UTF_8));
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            reader.read(body);
            silence.await();
            exchange.sendResponseHeaders(status, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        silence.countDown();
        http.stop(0);
    }
}
