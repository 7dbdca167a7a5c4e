package dev.nerium.http;

import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The header {@code Prefer} (RFC 7240), of which {@code wait} is honoured and the rest ignored, as it may be. */
final class Preferences {
    private static final HeaderName PREFER = HeaderNames.create("Prefer");
    private static final String WAIT = "wait";

    private Preferences() {}

    /** How long the client wants to wait for a place, which the answer then says was honoured. */
    static Optional<Duration> wait(ServerRequest request, ServerResponse response) {
        // The first of several counts (section 2).
        Optional<Duration> wait = request.headers().values(PREFER).stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(preference -> preference.split(";", 2)[0].strip())
                .filter(preference -> name(preference).equals(WAIT))
                .findFirst()
                .map(Preferences::seconds);
        wait.ifPresent(seconds -> response.header("Preference-Applied", WAIT + "=" + seconds.toSeconds()));
        return wait;
    }

    private static String name(String preference) {
        return preference.split("=", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static Duration seconds(String preference) {
        String value = preference.substring(WAIT.length()).strip();
        if (!value.matches("=\\s*(\\d{1,9}|\"\\d{1,9}\")")) {
            throw NeriumException.invalid(
                    "The header Prefer has '%s': expected wait=N, the seconds to wait for a place, such as wait=10."
                            .formatted(Fields.shortened(preference)));
        }
        return Duration.ofSeconds(Long.parseLong(value.replaceAll("\\D", "")));
    }
}
