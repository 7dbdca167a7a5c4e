package dev.nerium.cli.option;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.client.NeriumClient;
import dev.nerium.cli.client.WorkloadReply;
import dev.nerium.cli.shell.CliException;
import dev.nerium.error.CommandName;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The run that a command names: by its id, by the beginning of its id, or as the last one. */
public final class RunArgument {
    public static final String RUNS = "/api/v2/runs";

    private static final Pattern ID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern PREFIX = Pattern.compile("[0-9a-f][0-9a-f-]{0,34}");
    private static final String LAST = "last";
    private static final int MOST_CANDIDATES = 10;

    private RunArgument() {}

    public static boolean isValid(String text) {
        String lower = lower(text);
        return lower.equals(LAST)
                || ID.matcher(lower).matches()
                || PREFIX.matcher(lower).matches();
    }

    /** The id of the run; fails if there is none, or more than one. */
    public static String find(NeriumClient client, String text) {
        String lower = lower(text);
        if (ID.matcher(lower).matches()) {
            return lower;
        }
        return lower.equals(LAST) ? last(client) : only(client, lower);
    }

    private static String last(NeriumClient client) {
        JsonNode runs = list(client, "own=true&limit=1").path("runs");
        if (runs.isEmpty()) {
            throw new CliException(
                    "there is no run of this key",
                    "",
                    "'" + CommandName.with("runs list") + "' lists those of all keys.");
        }
        return runs.path(0).path("id").asText();
    }

    private static String only(NeriumClient client, String prefix) {
        JsonNode reply = list(client, "id=" + prefix + "&limit=" + MOST_CANDIDATES);
        JsonNode runs = reply.path("runs");
        if (runs.isEmpty()) {
            throw new CliException("there is no run whose id begins with '" + prefix + "'");
        }
        if (runs.size() > 1) {
            String more = reply.path("next").isNull() ? "" : "\n...";
            throw new CliException(
                    "the ids of several runs begin with '" + prefix + "'",
                    runs.valueStream().map(RunArgument::candidate).collect(Collectors.joining("\n")) + more,
                    "give more characters of the id.");
        }
        return runs.path(0).path("id").asText();
    }

    private static String candidate(JsonNode run) {
        return "%s  %-8s  %-6s  %s"
                .formatted(
                        run.path("id").asText(),
                        run.path("state").asText(),
                        run.path("mode").asText(),
                        run.path("queued_at").asText())
                .strip();
    }

    private static JsonNode list(NeriumClient client, String query) {
        return WorkloadReply.parse(NeriumClient.text(client.get(RUNS + "?" + query, NeriumClient.JSON)))
                .rest();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
