package dev.nerium.observe.events;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import dev.nerium.store.Compression;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;

/** A text with parts of earlier events, by which later ones are compressed. */
final class EventDictionary {
    static final EventDictionary EMPTY = new EventDictionary(0, Codec.DEFLATE, new byte[0]);

    /** SQLite stores a number below this in six bytes. */
    private static final long LIMIT = 1L << 47;

    private final long id;
    private final Codec codec;
    private final byte[] text;

    /**
     * @param id refers to it in stored events; 0 for the empty one
     * @param codec of the events
     */
    EventDictionary(long id, Codec codec, byte[] text) {
        this.id = id;
        this.codec = codec;
        this.text = text;
    }

    /** How events are compressed. Versions before the column {@code codec} used DEFLATE only. */
    enum Codec {
        DEFLATE,
        /** Frames without a magic number. Takes a tenth of the processor time of DEFLATE, whose dictionary is read for each event. */
        ZSTD
    }

    long id() {
        return id;
    }

    Codec codec() {
        return codec;
    }

    byte[] text() {
        return text;
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
                ThreadLocalRandom.current().nextLong(1, LIMIT), Codec.ZSTD, Arrays.copyOfRange(all, start, all.length));
    }

    String decompress(byte[] event) {
        byte[] bytes =
                switch (codec) {
                    case DEFLATE -> Compression.decompress(event, text);
                    case ZSTD -> unzstd(event);
                };
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private byte[] unzstd(byte[] event) {
        try (ZstdDecompressCtx context = new ZstdDecompressCtx().setMagicless(true)) {
            context.loadDict(text);
            return context.decompress(event, Math.toIntExact(Zstd.getFrameContentSize(event, 0, event.length, true)));
        }
    }
}
