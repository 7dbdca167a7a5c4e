package dev.nerium.result;

import com.fasterxml.jackson.core.Base64Variants;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** Strings and bytes. */
final class Texts {
    /** Longer values are written in parts, so that one value is never on the heap as a whole. */
    private static final int LONG_VALUE = 1 << 16;

    private static final int MOST_DIGITS = 39;

    private Texts() {}

    static Layout utf8(Offsets.Width width) {
        return spans(width, values -> (row, out) -> writeText(values, row, out));
    }

    /** An integer that Arrow Java has no type for, as text. */
    static Layout integer(Offsets.Width width) {
        return spans(width, values -> (row, out) -> writeInteger(values, row, out));
    }

    static Layout binary(Offsets.Width width) {
        return spans(width, values -> (row, out) -> writeBinary(values, row, out));
    }

    static Layout fixedBinary(int width) throws CorruptResultException {
        if (width < 0) {
            throw new CorruptResultException("a binary value has " + width + " bytes");
        }
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            if (width == 0) {
                batch.emptyValues(node.length());
            }
            VariableWidthValues values =
                    new VariableWidthValues(index -> index * width, batch.buffer((long) node.length() * width));
            return node.nullable((row, out) -> writeBinary(values, row, out));
        };
    }

    private static Layout spans(Offsets.Width width, Function<VariableWidthValues, Cells> cells) {
        return (batch, atLeast) -> {
            Node node = batch.node(atLeast);
            Offsets offsets = Offsets.read(batch, node.length(), width);
            return node.nullable(
                    cells.apply(new VariableWidthValues(offsets, batch.buffer(offsets.at(node.length())))));
        };
    }

    private static void writeText(VariableWidthValues values, int row, JsonGenerator out) throws IOException {
        if (values.length(row) > LONG_VALUE) {
            out.writeString(new InputStreamReader(values.stream(row), StandardCharsets.UTF_8), -1);
        } else {
            values.writeText(row, out);
        }
    }

    private static void writeBinary(VariableWidthValues values, int row, JsonGenerator out) throws IOException {
        out.writeBinary(Base64Variants.MIME_NO_LINEFEEDS, values.stream(row), values.length(row));
    }

    private static void writeInteger(VariableWidthValues values, int row, JsonGenerator out) throws IOException {
        int length = values.length(row);
        String text = length > MOST_DIGITS + 1 ? "" : values.text(row, StandardCharsets.ISO_8859_1);
        if (!isInteger(text)) {
            throw new CorruptResultException("a value of " + length + " bytes is not the text of an integer");
        }
        out.writeNumber(text);
    }

    /** As JSON has it: no leading zero, no plus. */
    private static boolean isInteger(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int digits = text.length() - first;
        if (digits < 1 || digits > MOST_DIGITS) {
            return false;
        }
        return text.charAt(first) == '0'
                ? text.length() == 1
                : text.chars().skip(first).allMatch(c -> c >= '0' && c <= '9');
    }
}
