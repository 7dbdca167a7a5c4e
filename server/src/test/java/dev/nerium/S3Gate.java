package dev.nerium;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Stands before an S3 server: counts what passes, and can fail, break off or hang. */
public final class S3Gate implements AutoCloseable {
    private static final Set<String> NOT_PASSED_ON =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect", "http2-settings");

    private final URI target;
    private final HttpServer server;
    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicLong bytesRead = new AtomicLong();
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile int failEvery;
    private volatile boolean hangs;

    public S3Gate(URI target) {
        this.target = target;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build();
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI url() {
        // S3 signs the name of the host: it must be the server's own for both.
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** Each so-manieth request fails, in turns with a 500 and with an answer that breaks off; 0 for none. */
    public void failEvery(int requests) {
        failEvery = requests;
    }

    public void hang(boolean now) {
        hangs = now;
    }

    /** Method and path of each request, without its query. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Of data files. */
    public List<String> dataRequests() {
        return requests.stream()
                .filter(request -> request.startsWith("GET") && request.contains("/data/"))
                .toList();
    }

    /** Bytes of answers to GET for data files. */
    public long dataBytes() {
        return bytesRead.get();
    }

    public void forget() {
        requests.clear();
        bytesRead.set(0);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            requests.add(exchange.getRequestMethod() + " " + path);
            if (hangs) {
                closed.await();
                return;
            }
            int number = seen.incrementAndGet();
            boolean fails = failEvery > 0 && number % failEvery == 0;
            boolean breaksOff = fails && (number / failEvery) % 2 == 0;
            byte[] body = exchange.getRequestBody().readAllBytes();
            if (fails && !breaksOff) {
                exchange.sendResponseHeaders(500, -1);
                return;
            }
            HttpResponse<InputStream> answer =
                    client.send(request(exchange, body), HttpResponse.BodyHandlers.ofInputStream());
            answer(exchange, answer, path.contains("/data/"), breaksOff);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange exchange, byte[] body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target.resolve(exchange.getRequestURI().toString()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        request.header("Host", exchange.getRequestHeaders().getFirst("Host"));
        return request.method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private void answer(HttpExchange exchange, HttpResponse<InputStream> answer, boolean ofData, boolean breaksOff)
            throws IOException {
        answer.headers().map().forEach((name, values) -> {
            if (!NOT_PASSED_ON.contains(name)) {
                exchange.getResponseHeaders().put(name, values);
            }
        });
        try (InputStream in = answer.body()) {
            byte[] bytes = in.readAllBytes();
            boolean isHead = exchange.getRequestMethod().equals("HEAD");
            if (isHead) {
                answer.headers()
                        .firstValue("content-length")
                        .ifPresent(length -> exchange.getResponseHeaders().set("Content-Length", length));
            }
            if (ofData && exchange.getRequestMethod().equals("GET")) {
                bytesRead.addAndGet(bytes.length);
            }
            exchange.sendResponseHeaders(answer.statusCode(), isHead || bytes.length == 0 ? -1 : bytes.length);
            if (!isHead) {
                exchange.getResponseBody().write(bytes, 0, breaksOff ? bytes.length / 2 : bytes.length);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        client.close();
        threads.close();
    }
}
