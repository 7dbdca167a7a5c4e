package dev.nerium.http.console;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Router;
import io.helidon.common.media.type.MediaTypes;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Arrays;
import java.util.Locale;

/**
 * {@code /} and {@code /assets}: the web console. The page finds its views by the fragment of the address, so that no
 * address of a view can be that of a route.
 */
public final class ConsoleRoutes {
    private static final String ONE_YEAR = "public, max-age=31536000, immutable";

    private final ConsoleFiles files = ConsoleFiles.ofJar();

    public void register(Router routes) {
        routes.get("/", this::page).get("/assets/{name}", this::asset);
    }

    /** The browser asks each time whether a new version of the server has another page. */
    private void page(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CACHE_CONTROL, "no-cache");
        send(request, response, files.page());
    }

    /** The name of an asset has the hash of its content. */
    private void asset(ServerRequest request, ServerResponse response) {
        String name = request.path().pathParameters().get("name");
        ConsoleFile file = files.asset(name)
                .orElseThrow(
                        () -> new NeriumException(
                                ErrorCode.ROUTE_NOT_FOUND,
                                "The console has no file of this name. Another version of the server had it: load the page again."));
        response.header(HeaderNames.CACHE_CONTROL, ONE_YEAR);
        send(request, response, file);
    }

    private static void send(ServerRequest request, ServerResponse response, ConsoleFile file) {
        response.header(HeaderNames.ETAG, file.tag());
        response.header(HeaderNames.VARY, "Accept-Encoding");
        response.headers().contentType(MediaTypes.create(file.type()));
        if (request.headers()
                .first(HeaderNames.IF_NONE_MATCH)
                .filter(file.tag()::equals)
                .isPresent()) {
            response.status(Status.NOT_MODIFIED_304).send();
        } else if (acceptsGzip(request)) {
            response.header(HeaderNames.CONTENT_ENCODING, "gzip");
            response.send(file.gzip());
        } else {
            response.send(file.plain());
        }
    }

    private static boolean acceptsGzip(ServerRequest request) {
        String accepted = request.headers().first(HeaderNames.ACCEPT_ENCODING).orElse("");
        return Arrays.stream(accepted.replace(" ", "").toLowerCase(Locale.ROOT).split(",", -1))
                .anyMatch(coding -> coding.matches("gzip(;q=(1.*|0\\.\\d*[1-9]\\d*))?"));
    }
}
