package dev.nerium.http.common;

import dev.nerium.error.NeriumException;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The header {@code Prefer} (RFC 7240), of which {@code wait} and {@code respond-async} are honoured and the rest ignored, as it
 * may be.
 *
 * @param queueTimeout maximum time in the queue
 * @param respondAsync return 202 with the run instead of waiting for the result
 */
public record PreferHeader(Optional<Duration> queueTimeout, boolean respondAsync) {
    private static final HeaderName PREFER = HeaderNames.create("Prefer");
    private static final String WAIT = "wait";
    private static final String ASYNC = "respond-async";

    public static PreferHeader read(ServerRequest request) {
        return parse(request.headers().values(PREFER));
    }

    /** @param headers values of the header, in their order */
    public static PreferHeader parse(List<String> headers) {
        List<String> preferences = headers.stream()
                .flatMap(header -> Stream.of(header.split(",")))
                .map(preference -> preference.split(";", 2)[0].strip())
                .toList();
        // The first of several counts (section 2).
        Optional<Duration> wait = preferences.stream()
                .filter(preference -> name(preference).equals(WAIT))
                .findFirst()
                .map(PreferHeader::seconds);
        return new PreferHeader(
                wait,
                preferences.stream().anyMatch(preference -> name(preference).equals(ASYNC)));
    }

    /** The same where nothing is done behind the client's back. */
    public PreferHeader synchronous() {
        return new PreferHeader(queueTimeout, false);
    }

    /** Sets the response header with the preferences that were applied. */
    public void apply(ServerResponse response) {
        List<String> applied = new ArrayList<>();
        if (respondAsync) {
            applied.add(ASYNC);
        }
        queueTimeout.ifPresent(seconds -> applied.add(WAIT + "=" + seconds.toSeconds()));
        if (!applied.isEmpty()) {
            response.header("Preference-Applied", String.join(", ", applied));
        }
    }

    private static String name(String preference) {
        return preference.split("=", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    private static Duration seconds(String preference) {
        String value = preference.substring(WAIT.length()).strip();
        if (!value.matches("=\\s*(\\d{1,9}|\"\\d{1,9}\")")) {
            throw NeriumException.invalid(
                    "The header Prefer has '%s': expected wait=N, the seconds to wait for a place, such as wait=10."
                            .formatted(RequestFields.shortened(preference)));
        }
        return Duration.ofSeconds(Long.parseLong(value.replaceAll("\\D", "")));
    }
}
