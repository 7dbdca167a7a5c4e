package dev.nerium.http.quota;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.run.usage.DayUsage;
import dev.nerium.run.usage.RunUsage;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** {@code /api/v2/usage}: what the runs of keys used, by day. */
public final class UsageRoute {
    private static final int MOST_DAYS = 366;
    private static final int USUAL_DAYS = 7;
    private static final double MILLIS = 1e3;
    private static final double MICROS = 1e6;

    private final Authentication authentication;
    private final Keys keys;
    private final RunUsage usage;
    private final Clock clock;

    public UsageRoute(Authentication authentication, Keys keys, RunUsage usage, Clock clock) {
        this.authentication = authentication;
        this.keys = keys;
        this.usage = usage;
        this.clock = clock;
    }

    public void register(Router routes) {
        routes.get("/api/v2/usage", this::list);
    }

    private void list(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        principal.require(Scope.READ, "looking at usage");
        LocalDate until = day(request, "until").orElseGet(() -> today().plusDays(1));
        LocalDate since = day(request, "since").orElseGet(() -> until.minusDays(USUAL_DAYS));
        if (ChronoUnit.DAYS.between(since, until) > MOST_DAYS) {
            throw NeriumException.invalid("since is %s and until is %s: expected at most %d days between them."
                    .formatted(since, until, MOST_DAYS));
        }
        Optional<String> key = QueryParameters.first(request, "key").map(name -> keyId(principal, name));
        List<DayUsage> days = usage.days(since, until, key.or(principal::onlyKey));
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.put("since", since.toString()).put("until", until.toString());
        ArrayNode list = body.putArray("usage");
        days.forEach(day -> list.add(json(day)));
        Json.send(response, body);
    }

    /** The id of a key whose usage may be shown. */
    private String keyId(Principal principal, String idOrName) {
        if (idOrName.equals(principal.keyId()) || idOrName.equals(principal.name())) {
            return principal.keyId();
        }
        principal.require(Scope.ADMIN, "looking at the usage of another key");
        return keys.find(idOrName).id();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    private static Optional<LocalDate> day(ServerRequest request, String name) {
        return QueryParameters.first(request, name).map(text -> {
            try {
                LocalDate day = LocalDate.parse(text);
                if (day.getYear() < 1970 || day.getYear() > 9999) {
                    throw wrong(name, text);
                }
                return day;
            } catch (DateTimeParseException e) {
                throw wrong(name, text);
            }
        });
    }

    private static NeriumException wrong(String name, String text) {
        return NeriumException.invalid(
                "%s is '%s': expected a day (UTC), such as 2026-11-01.".formatted(name, RequestFields.shortened(text)));
    }

    private static ObjectNode json(DayUsage day) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("day", day.day().toString())
                .put("key_id", day.keyId())
                .put("key", day.key());
        ArrayNode groups = node.putArray("groups");
        new TreeSet<>(day.groups()).forEach(groups::add);
        return node.put("runs", day.runs())
                .put("failed_runs", day.failed())
                .put("cancelled_runs", day.cancelled())
                .put("run_seconds", day.runMillis() / MILLIS)
                .put("cpu_seconds", day.cpuMicros() / MICROS)
                .put("rows_read", day.read().rows())
                .put("bytes_read", day.read().bytes())
                .put("rows_returned", day.returned().rows())
                .put("bytes_returned", day.returned().bytes())
                .put("rows_written", day.written().rows())
                .put("bytes_written", day.written().bytes())
                .put("stored_bytes", day.storedBytes());
    }
}
