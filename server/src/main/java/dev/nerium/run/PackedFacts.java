package dev.nerium.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.store.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The facts of a run as a record has them: JSON, compressed by a dictionary with the usual names. */
final class PackedFacts {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Records that were written with it can't be read without it: a new text needs a column of its own. */
    private static final byte[] DICTIONARY = dictionary();

    private PackedFacts() {}

    static byte[] pack(RunFacts facts) {
        try {
            return Compression.compress(JSON.writeValueAsBytes(facts), DICTIONARY);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reads the facts of a record, also of an older version. */
    static RunFacts read(ResultSet row) throws SQLException {
        byte @Nullable [] packed = row.getBytes("packed_facts");
        @Nullable String text = packed == null ? row.getString("facts") : unpack(packed);
        try {
            return text == null ? RunFacts.NONE : JSON.readValue(text, RunFacts.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The record of a run can't be read", e);
        }
    }

    private static String unpack(byte[] packed) {
        return new String(Compression.decompress(packed, DICTIONARY), StandardCharsets.UTF_8);
    }

    private static byte[] dictionary() {
        try (InputStream in = PackedFacts.class.getResourceAsStream("/run-facts.txt")) {
            return Objects.requireNonNull(in, "run-facts.txt").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
