package dev.nerium.cli.command;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How files are read, as the parameters of an upload. */
final class ReadOptions {
    @Option(
            names = "--separator",
            paramLabel = "CHAR",
            description = "Between the fields of CSV; tab is a tab. Default: sniffed.")
    private Optional<String> separator = Optional.empty();

    @Option(
            names = "--quote",
            paramLabel = "CHAR",
            description = "Around fields; '' where nothing is quoted. Default: \".")
    private Optional<String> quote = Optional.empty();

    @Option(names = "--no-header", description = "The first line of CSV has values and not names.")
    private boolean noHeader;

    @Option(names = "--skip-lines", paramLabel = "N", description = "Lines of CSV before the header.")
    private Optional<Integer> skipLines = Optional.empty();

    @Option(names = "--comment", paramLabel = "PREFIX", description = "What lines of CSV that are left out begin with.")
    private Optional<String> comment = Optional.empty();

    @Option(names = "--null", paramLabel = "TEXT", description = "A field of CSV that means null. Repeatable.")
    private List<String> nulls = new ArrayList<>();

    @Option(names = "--decimal-comma", description = "Numbers in CSV have a comma in place of a point.")
    private boolean decimalComma;

    @Option(names = "--date-format", paramLabel = "FORMAT", description = "Of dates, such as %%d.%%m.%%Y.")
    private Optional<String> dateFormat = Optional.empty();

    @Option(names = "--timestamp-format", paramLabel = "FORMAT", description = "Of timestamps.")
    private Optional<String> timestampFormat = Optional.empty();

    @Option(names = "--time-format", paramLabel = "FORMAT", description = "Of times of a day.")
    private Optional<String> timeFormat = Optional.empty();

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "utf-8, utf-16, windows-1252 or iso-8859-1. Default: utf-8, or what the file's mark says.")
    private Optional<String> encoding = Optional.empty();

    @Option(
            names = "--ragged",
            paramLabel = "MODE",
            description = "Rows with another number of fields: refuse, pad or truncate. Default: refuse.")
    private Optional<String> ragged = Optional.empty();

    @Option(
            names = "--sheet",
            paramLabel = "SHEET",
            description = "Of a workbook: its name, or its number from 1. Default: the first.")
    private Optional<String> sheet = Optional.empty();

    @Option(
            names = "--type",
            paramLabel = "COLUMN:TYPE",
            description = "The type of a column of CSV, JSON or a workbook, such as zip:string. Repeatable.")
    private List<String> types = new ArrayList<>();

    /** The query of the request, with its question mark; empty where nothing is said. */
    String query(boolean preview) {
        List<String> parts = new ArrayList<>();
        add(parts, "separator", separator);
        add(parts, "quote", quote);
        add(parts, "header", noHeader ? Optional.of("false") : Optional.empty());
        add(parts, "skipLines", skipLines.map(String::valueOf));
        add(parts, "comment", comment);
        nulls.forEach(text -> add(parts, "null", Optional.of(text)));
        add(parts, "decimalComma", decimalComma ? Optional.of("true") : Optional.empty());
        add(parts, "dateFormat", dateFormat);
        add(parts, "timestampFormat", timestampFormat);
        add(parts, "timeFormat", timeFormat);
        add(parts, "encoding", encoding);
        add(parts, "ragged", ragged);
        add(parts, "sheet", sheet);
        types.forEach(text -> add(parts, "type", Optional.of(text)));
        add(parts, "preview", preview ? Optional.of("true") : Optional.empty());
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }

    private static void add(List<String> parts, String name, Optional<String> value) {
        value.ifPresent(text -> parts.add(
                name + "=" + URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20")));
    }
}
