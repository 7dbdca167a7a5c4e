package dev.nerium.http.lineage;

import dev.nerium.auth.Principal;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.observe.lineage.EventFilter;
import dev.nerium.observe.lineage.EventFilter.Order;
import dev.nerium.observe.lineage.EventFilter.SortBy;
import io.helidon.webserver.http.ServerRequest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** The query parameters of {@code GET /api/v1/events}. */
public final class EventQuery {
    private static final int USUAL_PAGE = 100;
    private static final int LARGEST_PAGE = 1000;
    private static final int LARGEST_OFFSET = 999_999_999;

    private EventQuery() {}

    public static EventFilter read(ServerRequest request, Principal principal) {
        Instant start = seconds(request, "start");
        Instant end = seconds(request, "end");
        if (end.isBefore(start)) {
            throw NeriumException.invalid("end is before start: expected UNIX seconds from start on.");
        }
        return new EventFilter(
                start,
                end,
                QueryParameters.first(request, "run_id").map(EventQuery::uuid),
                QueryParameters.first(request, "run_state").map(text -> text.toUpperCase(Locale.ROOT)),
                QueryParameters.first(request, "job_namespace"),
                QueryParameters.first(request, "job_name"),
                QueryParameters.first(request, "integration"),
                principal.onlyKey(),
                choice(request, "sort_by", SortBy.values(), SortBy.EVENT_TIME),
                choice(request, "order", Order.values(), Order.DESC),
                number(request, "limit", USUAL_PAGE, 1, LARGEST_PAGE),
                number(request, "offset", 0, 0, LARGEST_OFFSET));
    }

    private static Instant seconds(ServerRequest request, String name) {
        Optional<String> text = QueryParameters.first(request, name);
        return text.filter(given -> given.matches("\\d{1,11}"))
                .map(given -> Instant.ofEpochSecond(Long.parseLong(given)))
                .orElseThrow(() -> NeriumException.invalid("%s is %s: expected UNIX seconds, such as %s=1793000000."
                        .formatted(
                                name,
                                text.map(given -> "'" + RequestFields.shortened(given) + "'")
                                        .orElse("missing"),
                                name)));
    }

    private static UUID uuid(String text) {
        if (!text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            throw NeriumException.invalid("run_id is '" + RequestFields.shortened(text) + "': expected a UUID.");
        }
        return UUID.fromString(text);
    }

    private static <T extends Enum<T>> T choice(ServerRequest request, String name, T[] values, T usual) {
        Optional<String> text = QueryParameters.first(request, name);
        if (text.isEmpty()) {
            return usual;
        }
        return Arrays.stream(values)
                .filter(value -> value.name().equals(text.get().toUpperCase(Locale.ROOT)))
                .findAny()
                .orElseThrow(() -> NeriumException.invalid("%s is '%s': choose one of %s."
                        .formatted(name, RequestFields.shortened(text.get()), Arrays.toString(values))));
    }

    static int number(ServerRequest request, String name, int usual, int least, int most) {
        String text = QueryParameters.first(request, name).orElse(String.valueOf(usual));
        if (!text.matches("\\d{1,9}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw NeriumException.invalid("%s is '%s': expected a number from %d to %d."
                    .formatted(name, RequestFields.shortened(text), least, most));
        }
        return Integer.parseInt(text);
    }
}
