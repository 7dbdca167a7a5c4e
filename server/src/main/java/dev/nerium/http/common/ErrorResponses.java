package dev.nerium.http.common;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.ErrorKind;
import dev.nerium.error.NeriumException;
import dev.nerium.error.Retry;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.DirectHandler.TransportRequest;
import io.helidon.http.DirectHandler.TransportResponse;
import io.helidon.http.HeaderValues;
import io.helidon.http.HttpException;
import io.helidon.http.RequestException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends failures as responses: in the JSON of the API, or with the status and headers for the Iceberg routes. */
public final class ErrorResponses {
    private static final Logger LOG = LoggerFactory.getLogger(ErrorResponses.class);
    private static final Duration RETRY = Duration.ofSeconds(5);
    /** Helidon's words where it keeps its reason to itself. */
    private static final String NO_REASON = "Bad request";

    public static final String RUN_ID = "run-id";

    private static final String NO_403 = "no-403";

    private ErrorResponses() {}

    public static void register(HttpRouting.Builder routing) {
        routing.error(NeriumException.class, ErrorResponses::send);
        routing.error(HttpException.class, (request, response, e) -> {
            ErrorCode code = e.status().code() == 413 ? ErrorCode.BODY_TOO_LARGE : ErrorCode.INVALID_REQUEST;
            send(request, response, new NeriumException(code, unreadable(e.getMessage())));
        });
        routing.error(
                RequestException.class,
                (request, response, e) -> send(request, response, NeriumException.invalid(unreadable(e.getMessage()))));
        routing.error(
                Throwable.class,
                (request, response, e) -> send(request, response, NeriumException.unexpected("The server failed.", e)));
    }

    /** Sends a missing right as a 400, for clients that read each 403 of a route as an error of payment. */
    public static void avoid403(ServerRequest request) {
        request.context().register(NO_403, true);
    }

    /** Answers what is so broken that no route sees it, such as a path that is not a path. */
    public static TransportResponse refuse(
            TransportRequest request,
            EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        ErrorCode code =
                switch (type) {
                    case PAYLOAD_TOO_LARGE -> ErrorCode.BODY_TOO_LARGE;
                    case INTERNAL_ERROR -> ErrorCode.INTERNAL_ERROR;
                    case BAD_REQUEST, FORBIDDEN, OTHER, HTTP_VERSION_NOT_SUPPORTED -> ErrorCode.INVALID_REQUEST;
                };
        String sentence = code == ErrorCode.INTERNAL_ERROR ? "The server failed." : unreadable(message);
        // Helidon has 501 for encodings of a body that it does not know: that is the client's fault, too.
        Status sent = status.equals(Status.NOT_IMPLEMENTED_501) ? Status.BAD_REQUEST_400 : status;
        ObjectNode body = body(new NeriumException(code, sentence), sent.code(), Optional.empty());
        return TransportResponse.builder()
                .status(sent)
                .headers(headers)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .keepAlive(type.keepAlive())
                .entity(body.toString())
                .build();
    }

    /** Removes the text after a colon in Helidon's messages, which may be that of a Java exception. */
    private static String unreadable(@Nullable String message) {
        String why = message == null || message.isBlank() || message.startsWith(NO_REASON)
                ? "its first line or a header is malformed"
                : message.split(": ", 2)[0];
        return "The request can't be read: " + why + ".";
    }

    private static void send(ServerRequest request, ServerResponse response, NeriumException e) {
        if (response.isSent()) {
            // A part of the result was sent: only a broken connection shows the client that it is incomplete.
            LOG.info("The response to {} broke off: {}", request.path().path(), e.getCause());
            throw e;
        }
        int status = start(request, response, e);
        Json.send(response, body(e, status, request.context().get(RUN_ID, UUID.class)));
    }

    /**
     * Does what the reply to a failure has in common in every API: the log of a failure of the server's own, the status, and the
     * headers that belong to it. The caller sends the body.
     *
     * @return the status
     */
    public static int start(ServerRequest request, ServerResponse response, NeriumException e) {
        ErrorKind kind = e.code().kind();
        if (kind == ErrorKind.INTERNAL) {
            LOG.error(
                    "{} {} failed", request.prologue().method(), request.path().path(), e);
        }
        if (kind == ErrorKind.FORBIDDEN) {
            request.context()
                    .get(Authentication.class)
                    .ifPresent(authentication -> authentication.recordDenial(request));
        }
        boolean avoided = kind == ErrorKind.FORBIDDEN
                && request.context().get(NO_403, Boolean.class).orElse(false);
        int status = avoided ? ErrorKind.USER.status() : kind.status();
        response.status(status);
        switch (kind) {
            case TOO_MANY_REQUESTS, UNAVAILABLE -> {
                Duration after = e.retry().map(Retry::after).orElse(RETRY);
                response.header("Retry-After", String.valueOf(after.toSeconds()));
            }
            case AUTH -> response.header("WWW-Authenticate", challenge(e));
            default -> {}
        }
        return status;
    }

    /** As RFC 6750 has it: without an error if the request has neither a key nor a token. */
    private static String challenge(NeriumException e) {
        return e.details()
                .map(reason -> "Bearer error=\"invalid_token\", error_description=\"%s\""
                        .formatted(reason.replaceAll("[^ !#-\\[\\]-~]", "?")))
                .orElse("Bearer");
    }

    private static ObjectNode body(NeriumException e, int status, Optional<UUID> run) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        if (e.code() == ErrorCode.UNAUTHORIZED) {
            return body.put("error", e.message());
        }
        body.put("success", false);
        if (status == 500) {
            body.put("status", 500);
        }
        body.put("error", e.message());
        body.put("details", e.details().orElse(e.message()));
        body.put("code", e.code().name());
        e.retry().ifPresent(retry -> body.put("limit", retry.limit()));
        e.quota().ifPresent(quota -> {
            ObjectNode node = body.putObject("quota")
                    .put("owner", quota.owner())
                    .put("limit", quota.limit())
                    .put("value", quota.value());
            quota.used().ifPresent(used -> node.put("used", used));
            quota.resetsAt().ifPresent(time -> node.put("resets_at", time.toString()));
        });
        run.ifPresent(id -> body.put("run_id", id.toString()));
        return body;
    }
}
