package dev.nerium.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.cli.shell.CliException;
import dev.nerium.error.CommandName;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the body of an error response. */
final class ErrorResponse {
    private static final String KEY_HINT = "the key is missing, wrong, expired or revoked: '"
            + CommandName.with("keys create NAME --scope write") + "' creates one.";

    /** Codes of requests that become no run. */
    private static final Set<String> NO_RUN =
            Set.of("INVALID_REQUEST", "FORBIDDEN", "NOT_ACCEPTABLE", "BODY_TOO_LARGE", "QUEUE_FULL", "SHUTTING_DOWN");

    private static final String ROWS_HINT =
            "write more rows to a file: --output FILE, with the suffix .csv, .ndjson, .parquet or .arrow.";
    /** The last line of the details of an error in a statement or script. */
    private static final Pattern HINT = Pattern.compile("(?:^|\n)Hint: (.*)$");

    private ErrorResponse() {}

    static CliException failure(int status, String body) {
        JsonNode answer = parse(body);
        String error = answer.path("error").asText("");
        if (error.isEmpty()) {
            return new CliException("the server returned " + status, body.strip(), "");
        }
        Matcher hinted = HINT.matcher(answer.path("details").asText(""));
        String hint = answer.path("hint").asText(hinted.find() ? hinted.group(1) : hint(status, answer));
        String details = hinted.replaceFirst("");
        String run = answer.path("run_id").asText("");
        boolean began = !run.isEmpty() && !NO_RUN.contains(answer.path("code").asText());
        return new CliException(
                error, began ? (details.isEmpty() ? "" : details + "\n") + "run " + run : details, hint);
    }

    private static String hint(int status, JsonNode answer) {
        if (status == 401) {
            return KEY_HINT;
        }
        return answer.path("code").asText().equals("RESULT_TOO_LARGE") ? ROWS_HINT : "";
    }

    private static JsonNode parse(String body) {
        ObjectMapper mapper = new ObjectMapper();
        try {
            return mapper.readTree(body);
        } catch (JsonProcessingException e) {
            // A proxy in between sent the response; only its text is available.
            return mapper.createObjectNode();
        }
    }
}
