package dev.nerium.sandbox.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.error.PlainText;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Sends requests with the key, again where that can do no harm. Thread-safe. */
final class RestClient implements AutoCloseable {
    static final String JSON = "application/json";

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int ATTEMPTS = 5;
    private static final int FIRST_PAUSE_MILLIS = 200;
    private static final int LONGEST_ERROR = 300;
    private static final Set<Integer> PASSING = Set.of(429, 500, 502, 503, 504);
    /** Refused before anything was done. */
    private static final Set<Integer> NOT_BEGUN = Set.of(429, 503);

    private final String key;
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(10))
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    RestClient(String key) {
        this.key = key;
    }

    /** Cancels the requests in progress. */
    @Override
    public void close() {
        http.shutdownNow();
    }

    /** Whether doing it twice is the same as doing it once. */
    enum Repeatable {
        YES,
        NO
    }

    /** An open response of status 200. */
    record RestResponse(InputStream body, long length) {}

    JsonNode get(URI uri) throws IOException {
        return json(send(request(uri).GET(), Repeatable.YES));
    }

    JsonNode delete(URI uri) throws IOException {
        return json(send(request(uri).DELETE(), Repeatable.YES));
    }

    JsonNode post(URI uri, JsonNode body, Repeatable repeatable) throws IOException {
        return json(send(
                request(uri).header("Content-Type", JSON).POST(BodyPublishers.ofString(body.toString())), repeatable));
    }

    JsonNode upload(URI uri, String contentType, BodyPublisher body) throws IOException {
        return json(send(request(uri).header("Content-Type", contentType).POST(body), Repeatable.YES));
    }

    /** The caller closes the body. */
    RestResponse download(URI uri) throws IOException {
        HttpResponse<InputStream> response = send(request(uri).GET(), Repeatable.YES);
        return new RestResponse(
                response.body(),
                response.headers().firstValueAsLong("Content-Length").orElse(-1));
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Authorization", "Bearer " + key)
                .header("Accept", JSON + ", */*")
                .header("X-Daytona-Source", "nerium");
    }

    private JsonNode json(HttpResponse<InputStream> response) throws IOException {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readAllBytes();
            return bytes.length == 0 ? mapper.nullNode() : mapper.readTree(bytes);
        }
    }

    private HttpResponse<InputStream> send(HttpRequest.Builder request, Repeatable repeatable) throws IOException {
        HttpRequest built = request.build();
        int pause = FIRST_PAUSE_MILLIS;
        for (int attempt = 1; ; attempt++) {
            DaytonaException failure;
            try {
                HttpResponse<InputStream> response = http.send(built, BodyHandlers.ofInputStream());
                if (response.statusCode() / 100 == 2) {
                    return response;
                }
                failure = refusal(built, response);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
            } catch (IOException e) {
                failure = new DaytonaException("Daytona can't be reached: " + e, e);
            }
            if (attempt == ATTEMPTS || !passes(failure, repeatable)) {
                throw failure;
            }
            pause(pause + ThreadLocalRandom.current().nextInt(pause));
            pause *= 2;
        }
    }

    private static boolean passes(DaytonaException failure, Repeatable repeatable) {
        return repeatable == Repeatable.YES
                ? failure.status() == 0 || PASSING.contains(failure.status())
                : NOT_BEGUN.contains(failure.status());
    }

    private DaytonaException refusal(HttpRequest request, HttpResponse<InputStream> response) throws IOException {
        String text;
        try (InputStream body = response.body()) {
            text = new String(body.readNBytes(1 << 14), StandardCharsets.UTF_8);
        }
        String said = PlainText.of(message(text));
        return new DaytonaException(
                "Daytona returned %d for %s %s: %s"
                        .formatted(
                                response.statusCode(),
                                request.method(),
                                request.uri().getPath(),
                                said.length() > LONGEST_ERROR ? said.substring(0, LONGEST_ERROR) + "…" : said),
                response.statusCode());
    }

    private String message(String text) {
        try {
            JsonNode json = mapper.readTree(text);
            String message = json.path("message").asText(json.path("error").asText(""));
            return message.isEmpty() ? text : message;
        } catch (IOException e) {
            return text;
        }
    }

    static void pause(int millis) throws IOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
        }
    }
}
