package dev.nerium.variable;

import dev.nerium.error.NeriumException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Replaces secret values in text by {@code ***}: each value, each line of a value of several lines, and both as Python, Polars and
 * JSON quote them. Values and lines with fewer than four characters stay. Once closed, no text passes. Thread-safe.
 */
public final class ValueMask implements AutoCloseable {
    /** For runs without secrets: changes nothing. */
    public static final ValueMask NONE = new ValueMask(List.of());

    static final int FEWEST_CHARACTERS = 4;

    private static final String SHOWN = "***";

    /** The quotes that a quoted text may escape, beside its backslashes, newlines and tabs; 0 for none. */
    private static final byte[] QUOTES = {0, '"', '\''};

    /** By their first four bytes, and the longest first. */
    private final Map<Integer, List<byte[]>> values = new HashMap<>();

    private volatile boolean closed;

    ValueMask(Collection<byte[]> secrets) {
        Set<byte[]> all = new TreeSet<>(Arrays::compare);
        for (byte[] secret : secrets) {
            addForms(secret, all);
            addLines(secret, all);
        }
        all.forEach(value ->
                values.computeIfAbsent(start(value, 0), _ -> new ArrayList<>()).add(value));
        values.values()
                .forEach(list -> list.sort(
                        Comparator.<byte[]>comparingInt(value -> value.length).reversed()));
    }

    private static void addLines(byte[] secret, Set<byte[]> all) {
        int from = 0;
        for (int at = 0; at <= secret.length; at++) {
            if (at == secret.length || secret[at] == '\n' || secret[at] == '\r') {
                addForms(strip(secret, from, at), all);
                from = at + 1;
            }
        }
    }

    private static byte[] strip(byte[] text, int from, int to) {
        int first = from;
        int last = to;
        while (first < last && text[first] >= 0 && text[first] <= ' ') {
            first++;
        }
        while (last > first && text[last - 1] >= 0 && text[last - 1] <= ' ') {
            last--;
        }
        return Arrays.copyOfRange(text, first, last);
    }

    private static void addForms(byte[] value, Set<byte[]> all) {
        if (characters(value) < FEWEST_CHARACTERS) {
            return;
        }
        all.add(value.clone());
        for (byte quote : QUOTES) {
            all.add(quoted(value, quote));
        }
    }

    private static int characters(byte[] value) {
        int characters = 0;
        for (byte one : value) {
            characters += (one & 0xC0) == 0x80 ? 0 : 1;
        }
        return characters;
    }

    private static byte[] quoted(byte[] value, byte quote) {
        byte[] quoted = new byte[value.length * 2];
        int length = 0;
        for (byte one : value) {
            byte letter =
                    switch (one) {
                        case '\n' -> 'n';
                        case '\r' -> 'r';
                        case '\t' -> 't';
                        case '\\' -> '\\';
                        default -> one == quote ? quote : 0;
                    };
            if (letter != 0) {
                quoted[length++] = '\\';
            }
            quoted[length++] = letter == 0 ? one : letter;
        }
        byte[] exact = Arrays.copyOf(quoted, length);
        Arrays.fill(quoted, (byte) 0);
        return exact;
    }

    /** The text without values. */
    public String apply(String text) {
        if (isEmpty()) {
            return text;
        }
        MaskedStream stream = new MaskedStream(this);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        byte[] first = stream.add(bytes, bytes.length);
        byte[] last = stream.end();
        return new String(first, StandardCharsets.UTF_8) + new String(last, StandardCharsets.UTF_8);
    }

    /** The same failure without values in its texts, and without a cause that has one. */
    public NeriumException apply(NeriumException failure) {
        if (isEmpty()) {
            return failure;
        }
        boolean isNamed = Stream.<Throwable>iterate(failure, cause -> cause != null, Throwable::getCause)
                .skip(1)
                .map(cause -> String.valueOf(cause.getMessage()))
                .anyMatch(text -> !apply(text).equals(text));
        @Nullable Throwable cause = isNamed ? null : failure.getCause();
        return failure.with(
                apply(failure.message()), failure.details().map(this::apply).orElse(""), cause);
    }

    boolean isEmpty() {
        return values.isEmpty() && !closed;
    }

    boolean isClosed() {
        return closed;
    }

    byte[] shown() {
        return SHOWN.getBytes(StandardCharsets.US_ASCII);
    }

    /** The length of the longest value that the text has at a position; 0 if there is none. */
    int match(byte[] text, int at) {
        if (text.length - at < Integer.BYTES) {
            return 0;
        }
        for (byte[] value : values.getOrDefault(start(text, at), List.of())) {
            if (value.length <= text.length - at
                    && Arrays.equals(text, at, at + value.length, value, 0, value.length)) {
                return value.length;
            }
        }
        return 0;
    }

    /** Whether the text from a position to its end is the beginning of a value. */
    boolean isBeginning(byte[] text, int at) {
        int rest = text.length - at;
        Stream<byte[]> candidates = rest < Integer.BYTES
                ? values.values().stream().flatMap(List::stream)
                : values.getOrDefault(start(text, at), List.of()).stream();
        return candidates.anyMatch(
                value -> value.length > rest && Arrays.equals(text, at, text.length, value, 0, rest));
    }

    private static int start(byte[] text, int at) {
        return ByteBuffer.wrap(text).getInt(at);
    }

    /** Overwrites the values. */
    @Override
    public void close() {
        if (!values.isEmpty()) {
            closed = true;
            values.values().forEach(list -> list.forEach(value -> Arrays.fill(value, (byte) 0)));
        }
    }

    /** A text for logs, which must not have the values. */
    @Override
    public String toString() {
        return "ValueMask";
    }
}
