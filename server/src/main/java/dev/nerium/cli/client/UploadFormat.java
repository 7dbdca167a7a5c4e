package dev.nerium.cli.client;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** The formats of files that a server takes, and the suffixes by which they are known. */
public enum UploadFormat {
    PARQUET("application/vnd.apache.parquet", "parquet"),
    CSV("text/csv", "csv(\\.gz|\\.zst)?"),
    TSV("text/tab-separated-values", "(tsv|tab)(\\.gz|\\.zst)?"),
    NDJSON("application/x-ndjson", "(ndjson|jsonl)(\\.gz|\\.zst)?"),
    JSON("application/json", "json(\\.gz|\\.zst)?"),
    AVRO("application/avro", "avro"),
    ARROW("application/vnd.apache.arrow.file", "arrow|ipc|feather"),
    EXCEL("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xls[xmb]?|ods");

    private final String contentType;
    private final String suffixes;

    UploadFormat(String contentType, String suffixes) {
        this.contentType = contentType;
        this.suffixes = suffixes;
    }

    public String contentType() {
        return contentType;
    }

    public static Optional<UploadFormat> of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Stream.of(values())
                .filter(format -> name.matches("(?s).*\\.(" + format.suffixes + ")"))
                .findFirst();
    }
}
