package dev.nerium.http.common;

import dev.nerium.auth.session.Session;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The cookie of a session. Scripts of pages can't read it, and browsers send it to pages of this server only. */
public final class SessionCookie {
    private static final String NAME = "nerium_session";

    private SessionCookie() {}

    /** Its value; empty also if the request has it twice, as another host of the same site may have set one. */
    public static Optional<String> of(ServerRequest request) {
        List<String> values = request.headers().all(HeaderNames.COOKIE, List::of).stream()
                .flatMap(header -> Stream.of(header.split(";", -1)))
                .map(String::strip)
                .filter(pair -> pair.startsWith(NAME + "="))
                .map(pair -> pair.substring(NAME.length() + 1))
                .toList();
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }

    /** @param secure whether the browser may send it by HTTPS only */
    public static String header(Session session, boolean secure) {
        Duration age = Duration.between(session.createdAt(), session.end());
        return header(session.secret().text(), age, secure);
    }

    public static String removal(boolean secure) {
        return header("", Duration.ZERO, secure);
    }

    private static String header(String value, Duration age, boolean secure) {
        return "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Strict%s"
                .formatted(NAME, value, age.toSeconds(), secure ? "; Secure" : "");
    }
}
