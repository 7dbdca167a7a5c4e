package dev.nerium.cli.output;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The output format of a result. */
public enum OutputFormat {
    TABLE("application/json"),
    /** A block for each row, with a line for each column. */
    EXPANDED("application/json"),
    /** The API's object with names, types and rows. */
    JSON("application/json"),
    CSV("text/csv"),
    /** A line with an object for each row. */
    NDJSON("application/x-ndjson"),
    PARQUET("application/vnd.apache.parquet"),
    /** An IPC stream. */
    ARROW("application/vnd.apache.arrow.stream");

    private static final Map<String, OutputFormat> SUFFIXES = Map.of(
            ".csv", CSV, ".ndjson", NDJSON, ".jsonl", NDJSON, ".parquet", PARQUET, ".arrow", ARROW, ".arrows", ARROW);

    private final String mediaType;

    OutputFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    /** The format that the name of a file says. */
    public static Optional<OutputFormat> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return SUFFIXES.entrySet().stream()
                .filter(suffix -> name.endsWith(suffix.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    public String mediaType() {
        return mediaType;
    }

    /** Whether the server writes it, for results of any size. */
    public boolean isStreamed() {
        return SUFFIXES.containsValue(this);
    }

    /** Whether it is for people, who need not see all rows. */
    public boolean isForPeople() {
        return this == TABLE || this == EXPANDED;
    }

    public boolean isBinary() {
        return this == PARQUET || this == ARROW;
    }

    /** Whether each row is a line, if no value has a line feed. */
    boolean hasLines() {
        return this == CSV || this == NDJSON;
    }
}
