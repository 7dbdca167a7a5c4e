package dev.nerium.cli.option;

import dev.nerium.cli.client.UrlPart;
import dev.nerium.lake.name.TableBranch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Options for reading files, as parameters of an upload. */
public final class ReadOptions {
    @Option(
            names = "--separator",
            paramLabel = "CHAR",
            description = "Separator of CSV fields, or 'tab'. Default: detected.")
    private Optional<String> separator = Optional.empty();

    @Option(
            names = "--quote",
            paramLabel = "CHAR",
            description = "Quote around CSV fields; '': fields are never quoted. Default: \".")
    private Optional<String> quote = Optional.empty();

    @Option(names = "--no-header", description = "The first line of CSV has values, not column names.")
    private boolean noHeader;

    @Option(names = "--skip-lines", paramLabel = "N", description = "Number of lines of CSV before the header.")
    private Optional<Integer> skipLines = Optional.empty();

    @Option(names = "--comment", paramLabel = "PREFIX", description = "Skip lines of CSV with this prefix.")
    private Optional<String> comment = Optional.empty();

    @Option(names = "--null", paramLabel = "TEXT", description = "Text of a CSV field that means null. Repeatable.")
    private List<String> nulls = new ArrayList<>();

    @Option(names = "--decimal-comma", description = "Numbers in CSV have a decimal comma.")
    private boolean decimalComma;

    @Option(names = "--date-format", paramLabel = "FORMAT", description = "Format of dates, such as %%d.%%m.%%Y.")
    private Optional<String> dateFormat = Optional.empty();

    @Option(names = "--timestamp-format", paramLabel = "FORMAT", description = "Format of timestamps.")
    private Optional<String> timestampFormat = Optional.empty();

    @Option(names = "--time-format", paramLabel = "FORMAT", description = "Format of times of a day.")
    private Optional<String> timeFormat = Optional.empty();

    @Option(
            names = "--encoding",
            paramLabel = "NAME",
            description = "utf-8, utf-16, windows-1252 or iso-8859-1. Default: by the byte order mark, else utf-8.")
    private Optional<String> encoding = Optional.empty();

    @Option(
            names = "--ragged",
            paramLabel = "MODE",
            description = "Handling of rows with another number of fields: refuse, pad or truncate. Default: refuse.")
    private Optional<String> ragged = Optional.empty();

    @Option(
            names = "--sheet",
            paramLabel = "SHEET",
            description = "Sheet of a workbook: its name, or its number from 1. Default: the first.")
    private Optional<String> sheet = Optional.empty();

    @Option(
            names = "--type",
            paramLabel = "COLUMN:TYPE",
            description = "Type of a column of CSV, JSON or a workbook, such as zip:string. Repeatable.")
    private List<String> types = new ArrayList<>();

    /**
     * The query of the request, with its question mark; empty without options.
     *
     * @param sizes of the files in the body
     */
    public String query(TableBranch to, List<Long> sizes, boolean preview) {
        List<String> parts = new ArrayList<>();
        if (sizes.size() > 1) {
            parts.add("files=" + sizes.stream().map(String::valueOf).collect(Collectors.joining(",")));
        }
        add(parts, "branch", to.isMain() ? Optional.empty() : Optional.of(to.branch()));
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
        value.ifPresent(text -> parts.add(name + "=" + UrlPart.of(text)));
    }
}
