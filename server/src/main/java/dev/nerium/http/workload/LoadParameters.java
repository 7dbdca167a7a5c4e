package dev.nerium.http.workload;

import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.sandbox.job.LoadOptions;
import dev.nerium.sandbox.job.LoadOptions.Formats;
import dev.nerium.sandbox.job.LoadOptions.Ragged;
import io.helidon.common.uri.UriQuery;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The parameters of an upload's query: how the file is read. */
final class LoadParameters {
    private static final String PREVIEW = "preview";
    private static final String TYPE = "type";
    private static final String NULL = "null";
    private static final String BRANCH = "branch";
    private static final String FILES = "files";
    private static final int MOST_FILES = 1000;
    private static final List<String> NAMES = List.of(
            PREVIEW,
            BRANCH,
            FILES,
            "separator",
            "quote",
            "header",
            "skipLines",
            "comment",
            NULL,
            "decimalComma",
            "dateFormat",
            "timestampFormat",
            "timeFormat",
            "encoding",
            "ragged",
            TYPE,
            "sheet");
    private static final List<String> ENCODINGS = List.of("utf-8", "utf-16", "windows-1252", "iso-8859-1");
    private static final int LONGEST = 200;

    private final UriQuery query;

    LoadParameters(UriQuery query) {
        this.query = query;
        for (String name : query.names()) {
            if (!NAMES.contains(name)) {
                throw NeriumException.invalid("There is no parameter '%s'.%s The parameters are: %s."
                        .formatted(
                                RequestFields.shortened(name),
                                NearestName.hint(name, NAMES),
                                String.join(", ", NAMES)));
            }
        }
    }

    boolean preview() {
        return flag(PREVIEW, false);
    }

    /** The sizes of the files in the body, which follow each other; empty if it is one file. */
    List<Long> sizes() {
        Optional<String> sizes = query.first(FILES).asOptional();
        if (sizes.isEmpty()) {
            return List.of();
        }
        if (!sizes.get().matches("\\d{1,15}(,\\d{1,15}){0," + (MOST_FILES - 1) + "}")) {
            throw wrong(FILES, sizes.get(), "the sizes in bytes of at most " + MOST_FILES + " files, such as 120,4096");
        }
        return Stream.of(sizes.get().split(",")).map(Long::parseLong).toList();
    }

    /** The branch of the table that gets the rows. */
    TableBranch destination(TableName table) {
        return query.first(BRANCH)
                .asOptional()
                .map(branch -> new TableBranch(table, branch))
                .orElseGet(() -> TableBranch.main(table));
    }

    /** @param separator of the format, where the user names none */
    LoadOptions options(Optional<String> separator) {
        LoadOptions options = new LoadOptions(
                separator().or(() -> separator),
                quote(),
                flag("header", true),
                skipLines(),
                text("comment").filter(Predicate.not(String::isEmpty)),
                query.all(NULL, List::of),
                flag("decimalComma", false),
                new Formats(text("dateFormat"), text("timestampFormat"), text("timeFormat")),
                text("encoding").map(LoadParameters::encoding),
                text("ragged").map(LoadParameters::ragged).orElse(Ragged.REFUSE),
                types(),
                text("sheet").filter(Predicate.not(String::isEmpty)));
        if (options.decimalComma() && options.separator().filter(","::equals).isPresent()) {
            throw NeriumException.invalid("separator is ',' and decimalComma is true: choose another separator.");
        }
        return options;
    }

    private Optional<String> separator() {
        return text("separator")
                .map(text -> text.equals("\\t") || text.equals("tab") ? "\t" : text)
                .map(text -> {
                    if (!isOneByte(text) || text.equals("\"")) {
                        throw wrong("separator", text, "one ASCII character, such as ';', or tab");
                    }
                    return text;
                });
    }

    private Optional<String> quote() {
        return text("quote").map(text -> {
            if (!text.isEmpty() && !isOneByte(text)) {
                throw wrong("quote", text, "one ASCII character, or nothing if fields are never quoted");
            }
            return text;
        });
    }

    private static boolean isOneByte(String text) {
        return text.length() == 1 && text.charAt(0) < 128 && "\n\r\0".indexOf(text.charAt(0)) < 0;
    }

    private int skipLines() {
        String text = text("skipLines").orElse("0");
        if (!text.matches("\\d{1,6}")) {
            throw wrong("skipLines", text, "a number from 0 to 999999");
        }
        return Integer.parseInt(text);
    }

    private static String encoding(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        if (!ENCODINGS.contains(name)) {
            throw wrong("encoding", text, "one of " + String.join(", ", ENCODINGS));
        }
        return name;
    }

    private static Ragged ragged(String text) {
        return Arrays.stream(Ragged.values())
                .filter(ragged -> ragged.name().toLowerCase(Locale.ROOT).equals(text))
                .findAny()
                .orElseThrow(() -> wrong("ragged", text, "refuse, pad or truncate"));
    }

    private Map<String, String> types() {
        Map<String, String> types = new LinkedHashMap<>();
        for (String text : query.all(TYPE, List::of)) {
            int colon = text.lastIndexOf(':');
            if (colon < 1 || colon == text.length() - 1) {
                throw wrong(TYPE, text, "COLUMN:TYPE, such as zip:string");
            }
            types.put(text.substring(0, colon), text.substring(colon + 1).strip());
        }
        return types;
    }

    private boolean flag(String name, boolean usual) {
        return text(name)
                .map(text -> switch (text) {
                    case "true", "" -> true;
                    case "false" -> false;
                    default -> throw wrong(name, text, "true or false");
                })
                .orElse(usual);
    }

    private Optional<String> text(String name) {
        return query.first(name).asOptional().map(text -> {
            if (text.length() > LONGEST) {
                throw wrong(name, text, "at most " + LONGEST + " characters");
            }
            return text;
        });
    }

    private static NeriumException wrong(String name, String text, String expected) {
        return NeriumException.invalid(
                "%s is '%s': expected %s.".formatted(name, RequestFields.shortened(text), expected));
    }
}
