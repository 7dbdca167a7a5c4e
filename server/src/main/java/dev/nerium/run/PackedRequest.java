package dev.nerium.run;

import dev.nerium.store.Compression;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The request of a run as a record has it: compressed by the run's code, which is most of it. */
final class PackedRequest {
    /** Records that were written with it can't be read without it: a new text needs a column of its own. */
    private static final String USUAL =
            "{\"mode\":\"script\",\"script\":\"{\"cache\": false, \"mode\": \"query\", \"query\": \""
                    + "{\"mode\":\"query\",\"tables\":[\"\"],\"query\":\"\", \"tables\": [\"f=default.\"]}";

    private PackedRequest() {}

    static byte[] pack(String request, String code) {
        return Compression.compress(request.getBytes(StandardCharsets.UTF_8), dictionary(code));
    }

    /** Reads the request of a record, also of an older version. */
    static Optional<String> read(ResultSet row) throws SQLException {
        byte @Nullable [] packed = row.getBytes("packed_request");
        return packed == null
                ? Optional.ofNullable(row.getString("request"))
                : Optional.of(new String(
                        Compression.decompress(packed, dictionary(row.getString("code"))), StandardCharsets.UTF_8));
    }

    private static byte[] dictionary(String code) {
        byte[] text = (USUAL + code).getBytes(StandardCharsets.UTF_8);
        return Arrays.copyOfRange(text, Math.max(0, text.length - Compression.LONGEST_DICTIONARY), text.length);
    }
}
