package dev.nerium.observe.events;

import dev.nerium.store.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** A text with parts of earlier events, by which later ones are compressed. */
final class EventDictionary {
    static final EventDictionary EMPTY = new EventDictionary(0, new byte[0]);

    /** SQLite stores a number below this in six bytes. */
    private static final long LIMIT = 1L << 47;

    private final long id;
    private final byte[] text;

    /** @param id refers to it in stored events; 0 for the empty one */
    EventDictionary(long id, byte[] text) {
        this.id = id;
        this.text = text;
    }

    long id() {
        return id;
    }

    /** The empty one has no row. */
    boolean isStored() {
        return id != EMPTY.id;
    }

    /** As it is stored. */
    byte[] compressed() {
        return Compression.compress(text, new byte[0]);
    }

    /** A new dictionary that knows further texts, and as much of the earlier ones as there is room for. */
    EventDictionary with(byte[] texts) {
        byte[] all = Arrays.copyOf(text, text.length + texts.length);
        System.arraycopy(texts, 0, all, text.length, texts.length);
        int start = Math.max(0, all.length - Compression.LONGEST_DICTIONARY);
        return new EventDictionary(
                ThreadLocalRandom.current().nextLong(1, LIMIT), Arrays.copyOfRange(all, start, all.length));
    }

    byte[] compress(byte[] event) {
        return Compression.compress(event, text);
    }

    String decompress(byte[] event) {
        return new String(Compression.decompress(event, text), StandardCharsets.UTF_8);
    }
}
