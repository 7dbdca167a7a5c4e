package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ByteSize;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The token endpoint for Iceberg clients that know OAuth2 only (RFC 6749, client credentials): the client's secret is the key,
 * and so is the token that it gets.
 */
final class OAuthTokenRoute implements Handler {
    private final Authentication authentication;
    private final ByteSize maxBody;

    OAuthTokenRoute(Authentication authentication, ByteSize maxBody) {
        this.authentication = authentication;
        this.maxBody = maxBody;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) throws IOException {
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        try {
            Map<String, String> form = form(new String(RequestBody.read(request, maxBody), StandardCharsets.UTF_8));
            if (!"client_credentials".equals(form.get("grant_type"))) {
                refuse(response, 400, "unsupported_grant_type", "grant_type must be client_credentials.");
                return;
            }
            String key = form.getOrDefault("client_secret", "");
            authentication.principal(request, key);
            Json.send(
                    response,
                    Json.MAPPER
                            .createObjectNode()
                            .put("access_token", key)
                            .put("token_type", "bearer")
                            .put("issued_token_type", "urn:ietf:params:oauth:token-type:access_token"));
        } catch (NeriumException e) {
            switch (e.code()) {
                case UNAUTHORIZED ->
                    refuse(response, 401, "invalid_client", "Invalid client secret: it is not an active API key.");
                case INVALID_REQUEST -> refuse(response, 400, "invalid_request", e.message());
                default -> throw e;
            }
        }
    }

    private static void refuse(ServerResponse response, int status, String error, String description) {
        response.status(Status.create(status));
        ObjectNode body = Json.MAPPER.createObjectNode().put("error", error).put("error_description", description);
        Json.send(response, body);
    }

    private static Map<String, String> form(String text) {
        Map<String, String> form = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            form.put(decoded(parts[0]), parts.length == 1 ? "" : decoded(parts[1]));
        }
        return form;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw NeriumException.invalid("The body is not a form: '" + RequestFields.shortened(text)
                    + "' has a % that no two hexadecimal digits follow.");
        }
    }
}
