package dev.nerium.sandbox.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Options for reading an uploaded file; empty options are detected, or have their defaults.
 *
 * @param quote empty text: nothing quotes
 * @param nulls texts that mean null
 * @param types names of Iceberg's types by column
 * @param sheet of a workbook: its name, or its number from 1; the first where it is empty
 */
public record LoadOptions(
        Optional<String> separator,
        Optional<String> quote,
        boolean header,
        int skipLines,
        Optional<String> comment,
        List<String> nulls,
        boolean decimalComma,
        Formats formats,
        Optional<String> encoding,
        Ragged ragged,
        Map<String, String> types,
        Optional<String> sheet) {
    public static final LoadOptions NONE = new LoadOptions(
            Optional.empty(),
            Optional.empty(),
            true,
            0,
            Optional.empty(),
            List.of(),
            false,
            new Formats(Optional.empty(), Optional.empty(), Optional.empty()),
            Optional.empty(),
            Ragged.REFUSE,
            Map.of(),
            Optional.empty());

    /** Formats of dates and times, in the directives of strftime. */
    public record Formats(Optional<String> date, Optional<String> timestamp, Optional<String> time) {}

    /** The handling of a row with more or fewer fields than columns. */
    public enum Ragged {
        /** The file is refused. */
        REFUSE,
        /** A short row ends with nulls; a long one is refused. */
        PAD,
        /** A short row ends with nulls; a long one is cut. */
        TRUNCATE
    }

    public LoadOptions {
        nulls = List.copyOf(nulls);
        types = Map.copyOf(types);
    }

    /** As the protocol has it; the same options are always the same text. */
    public ObjectNode message() {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        separator.ifPresent(text -> node.put("separator", text));
        quote.ifPresent(text -> node.put("quote", text));
        node.put("header", header).put("skipLines", skipLines);
        comment.ifPresent(text -> node.put("comment", text));
        nulls.forEach(node.putArray("nulls")::add);
        node.put("decimalComma", decimalComma);
        formats.date().ifPresent(text -> node.put("dateFormat", text));
        formats.timestamp().ifPresent(text -> node.put("timestampFormat", text));
        formats.time().ifPresent(text -> node.put("timeFormat", text));
        encoding.ifPresent(text -> node.put("encoding", text));
        node.put("ragged", ragged.name().toLowerCase(Locale.ROOT));
        new TreeMap<>(types).forEach(node.putObject("types")::put);
        sheet.ifPresent(text -> node.put("sheet", text));
        return node;
    }
}
