package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.config.DurationFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Prints branches and tags for people: lists on stdout, a sentence about a change on stderr. */
public final class RefPrinter {
    private final Terminal shell;

    public RefPrinter(Terminal shell) {
        this.shell = shell;
    }

    /** @param type {@code branch} or {@code tag} */
    public void list(JsonNode reply, String type) {
        List<List<String>> rows = new ArrayList<>();
        for (JsonNode ref : reply.path("refs")) {
            if (ref.path("type").asText().equals(type)) {
                rows.add(List.of(
                        ref.path("name").asText(),
                        ref.at("/snapshot/snapshot_id").asText(),
                        ref.at("/snapshot/committed_at").asText(),
                        ref.at("/snapshot/row_count").asText("not known"),
                        retention(ref)));
            }
        }
        TextTable.of(List.of(type, "snapshot", "committed", "rows", "retention"), rows)
                .print(shell.out(), shell.screen());
    }

    public void created(JsonNode reply) {
        JsonNode ref = reply.path("ref");
        say("%s %s of %s has the snapshot %s"
                .formatted(
                        ref.path("type").asText(),
                        ref.path("name").asText(),
                        reply.path("table").asText(),
                        ref.at("/snapshot/snapshot_id").asText()));
    }

    public void forwarded(JsonNode reply) {
        String to = reply.at("/to/snapshot_id").asText();
        String from = reply.at("/from/snapshot_id").asText();
        String branch = "branch " + reply.path("branch").asText() + " of "
                + reply.path("table").asText();
        say(
                from.equals(to)
                        ? branch + " has the snapshot " + to + " already"
                        : branch + " was fast-forwarded to the snapshot " + to);
    }

    public void dropped(JsonNode reply) {
        JsonNode dropped = reply.path("dropped");
        say(
                dropped.isObject()
                        ? "dropped the %s %s of %s, at the snapshot %s"
                                .formatted(
                                        dropped.path("type").asText(),
                                        dropped.path("name").asText(),
                                        reply.path("table").asText(),
                                        dropped.at("/snapshot/snapshot_id").asText())
                        : reply.path("table").asText() + " has none of that name");
    }

    private static String retention(JsonNode ref) {
        List<String> parts = new ArrayList<>();
        age(ref.path("max_ref_age_ms")).ifPresent(age -> parts.add("dropped after " + age));
        if (ref.path("min_snapshots_to_keep").isNumber()) {
            parts.add("keeps " + ref.path("min_snapshots_to_keep").asInt() + " snapshots");
        }
        age(ref.path("max_snapshot_age_ms")).ifPresent(age -> parts.add("snapshots expire after " + age));
        return String.join(", ", parts);
    }

    private static Optional<String> age(JsonNode millis) {
        return millis.isNumber()
                ? Optional.of(DurationFormat.format(Duration.ofMillis(millis.asLong())))
                : Optional.empty();
    }

    private void say(String text) {
        shell.out().flush();
        shell.err().println(text);
    }
}
