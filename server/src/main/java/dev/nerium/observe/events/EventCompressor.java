package dev.nerium.observe.events;

import com.github.luben.zstd.ZstdCompressCtx;
import dev.nerium.observe.events.EventDictionary.Codec;
import dev.nerium.store.Compression;
import java.io.ByteArrayOutputStream;

/**
 * Compresses the events of this server, which repeat each other: the names of facets, and the columns of the same tables. It
 * collects events that compress badly, and makes a new dictionary of them. Used by one thread at a time.
 */
final class EventCompressor implements AutoCloseable {
    /** An event that is larger than this part of its text has something new. */
    private static final int NEW_PART = 8;

    /** Number of new events, and their bytes, that are worth a dictionary. */
    private static final int MOST_NEW_EVENTS = 16;

    private static final int MOST_NEW_BYTES = 16 << 10;

    /** Maximum of one event, such as that of a long script. */
    private static final int MOST_BYTES_OF_EVENT = 8 << 10;

    private final ZstdCompressCtx zstd =
            new ZstdCompressCtx().setMagicless(true).setDictID(false);
    private final ByteArrayOutputStream news = new ByteArrayOutputStream();
    private EventDictionary dictionary = EventDictionary.EMPTY;
    private int newEvents;

    EventCompressor(EventDictionary dictionary) {
        use(dictionary);
    }

    private void use(EventDictionary next) {
        dictionary = next;
        if (next.codec() == Codec.ZSTD) {
            zstd.loadDict(next.text());
        }
    }

    byte[] compress(byte[] event) {
        return dictionary.codec() == Codec.ZSTD ? zstd.compress(event) : Compression.compress(event, dictionary.text());
    }

    /** The dictionary of the next events. */
    EventDictionary dictionary() {
        return dictionary;
    }

    /** Notes stored events. */
    void stored(byte[] event, int compressedBytes) {
        if (compressedBytes > event.length / NEW_PART) {
            news.write(event, 0, Math.min(event.length, MOST_BYTES_OF_EVENT));
            newEvents++;
        }
    }

    /** Takes a new dictionary if there is enough for one. Returns whether it does. */
    boolean renew() {
        if (newEvents < MOST_NEW_EVENTS && news.size() < MOST_NEW_BYTES) {
            return false;
        }
        use(dictionary.with(news.toByteArray()));
        news.reset();
        newEvents = 0;
        return true;
    }

    @Override
    public void close() {
        zstd.close();
    }
}
