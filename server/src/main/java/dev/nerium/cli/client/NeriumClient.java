package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.cli.shell.CliException;
import dev.nerium.error.CommandName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import javax.net.ssl.SSLException;

/** Talks to a server. No time limit of its own on a run: the server has one. */
public final class NeriumClient {
    public static final String JSON = "application/json";

    /** The path of a query or a script. */
    public static final String POLARS = "/api/v1/warehouse/polars";

    /** The path of any statement. */
    public static final String QUERY = "/api/v1/query";

    private static final int ACCEPTED = 202;
    private static final int FIRST_FAILURE = 300;
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration CANCEL = Duration.ofSeconds(5);

    private final ServerAccess access;
    private final HttpClient http;

    public NeriumClient(ServerAccess access) {
        this.access = access;
        this.http = Connections.trusting(access.trust())
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT)
                .build();
    }

    /** Starts a workload without waiting for it; the answer is its record. */
    public InputStream submit(ObjectNode body, UUID run) {
        return send(request(POLARS, run)
                .header("Content-Type", JSON)
                .header("Accept", JSON)
                .header("Prefer", "respond-async")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    }

    public InputStream get(String path, String accept) {
        return send(request(path).header("Accept", accept).build());
    }

    /** The rows of a stored result, in a format that the server streams. */
    public ReceivedRows rows(String path, String accept) {
        return rows(request(path).header("Accept", accept).build());
    }

    /** The rows of a new run, in a format that the server streams. */
    public ReceivedRows rows(String path, ObjectNode body, UUID run, String accept) {
        return rows(post(path, body, run).header("Accept", accept).build());
    }

    private ReceivedRows rows(HttpRequest request) {
        HttpResponse<InputStream> response = response(request);
        if (response.statusCode() == ACCEPTED) {
            String state = WorkloadReply.parse(text(response.body()))
                    .rest()
                    .path("state")
                    .asText();
            throw new CliException(
                    "the run is " + state,
                    "",
                    "'" + CommandName.with("runs logs RUN --follow") + "' waits for its end.");
        }
        return new ReceivedRows(
                response.body(),
                response.headers()
                        .firstValue("X-Nerium-Result")
                        .map(text -> WorkloadReply.parse(text).rest())
                        .orElseGet(MissingNode::getInstance));
    }

    /** Whether there is something at a path. */
    public boolean exists(String path) {
        HttpResponse<InputStream> response = exchange(request(path).build());
        text(response.body());
        return response.statusCode() < FIRST_FAILURE;
    }

    public InputStream delete(String path) {
        return send(request(path).DELETE().build());
    }

    /** Posts an object to a route that starts no run. */
    public InputStream post(String path, ObjectNode body) {
        return send("POST", path, body);
    }

    public InputStream put(String path, ObjectNode body) {
        return send("PUT", path, body);
    }

    private InputStream send(String method, String path, ObjectNode body) {
        return send(request(path)
                .header("Content-Type", JSON)
                .header("Accept", JSON)
                .method(method, BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** Posts an object, under the id of a run where the route starts one. */
    public InputStream post(String path, ObjectNode body, UUID run, String accept) {
        return send(post(path, body, run).header("Accept", accept).build());
    }

    private HttpRequest.Builder post(String path, ObjectNode body, UUID run) {
        return request(path, run).header("Content-Type", JSON).POST(BodyPublishers.ofString(body.toString()));
    }

    /** Sends a file's bytes, only once the server has said that it wants them. */
    public InputStream upload(String method, String path, String contentType, BodyPublisher file, UUID run) {
        HttpRequest request = request(path, run)
                .header("Content-Type", contentType)
                .header("Accept", JSON)
                .expectContinue(true)
                .method(method, file)
                .build();
        return send(request);
    }

    /** Tries to end a run; where that fails the server's own limits end it. */
    public void cancel(UUID run) {
        HttpRequest request =
                request("/api/v2/runs/" + run, run).timeout(CANCEL).DELETE().build();
        try {
            http.send(request, BodyHandlers.discarding());
        } catch (IOException e) {
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public static String text(InputStream answer) {
        try (answer) {
            return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    public static void copy(InputStream answer, OutputStream out) {
        try (answer) {
            answer.transferTo(out);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    public static CliException broken(IOException e) {
        return new CliException("the connection broke before the whole answer arrived", reason(e), "");
    }

    private HttpRequest.Builder request(String path, UUID run) {
        return request(path).header("X-Nerium-Run-Id", run.toString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(access.url() + path))
                .header("Authorization", "Bearer " + access.key());
    }

    private InputStream send(HttpRequest request) {
        return response(request).body();
    }

    private HttpResponse<InputStream> response(HttpRequest request) {
        HttpResponse<InputStream> response = exchange(request);
        if (response.statusCode() >= FIRST_FAILURE) {
            throw ErrorResponse.failure(response.statusCode(), text(response.body()));
        }
        return response;
    }

    private HttpResponse<InputStream> exchange(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofInputStream());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new CliException(
                    "no server answers at " + access.url(),
                    "",
                    "start one with '" + CommandName.with("serve") + "', or check the URL.");
        } catch (SSLException e) {
            throw TlsProblem.of(access.url(), e);
        } catch (IOException e) {
            boolean isPlain = "http".equals(access.url().getScheme());
            throw new CliException(
                    "the connection to " + access.url() + " failed",
                    reason(e),
                    isPlain ? "if the server has TLS, use an https URL." : "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CliException("interrupted");
        }
    }

    /** Without control characters: the message may quote what a server sent that speaks another protocol. */
    private static String reason(IOException e) {
        return e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().replaceAll("\\p{Cntrl}", " ");
    }
}
