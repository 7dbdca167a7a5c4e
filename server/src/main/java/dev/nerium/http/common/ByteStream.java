package dev.nerium.http.common;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Sends bytes as they are, in pieces that are worth a system call. */
public final class ByteStream {
    private static final int FIRST = 1 << 14;
    private static final int MAX_BUFFER_BYTES = 1 << 20;

    private ByteStream() {}

    public static void send(InputStream in, OutputStream out) throws IOException {
        byte[] piece = new byte[FIRST];
        for (int count = in.readNBytes(piece, 0, piece.length);
                count > 0;
                count = in.readNBytes(piece, 0, piece.length)) {
            out.write(piece, 0, count);
            if (count == piece.length && count < MAX_BUFFER_BYTES) {
                piece = new byte[2 * count];
            }
        }
    }
}
