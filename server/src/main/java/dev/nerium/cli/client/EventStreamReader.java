package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;

/** Reads server-sent events whose data are JSON on one line, as Nerium sends them. */
public final class EventStreamReader {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private EventStreamReader() {}

    /**
     * Reads until the stream ends.
     *
     * @param each takes the name and the data of an event as soon as it is there, of a comment neither
     */
    public static void read(InputStream stream, BiConsumer<String, JsonNode> each) throws IOException {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
            String name = "";
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    each.accept(name, MAPPER.readTree(line.substring("data: ".length())));
                } else if (line.startsWith(":")) {
                    each.accept("", MAPPER.missingNode());
                }
            }
        }
    }
}
