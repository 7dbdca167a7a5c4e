package dev.nerium.http.connection;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.http.DirectHandler.EventType;
import io.helidon.http.RequestException;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Reads a client's bytes for Helidon, and is strict where Helidon is not: about the size and the frame of chunks (RFC 9112, section
 * 7.1). Used by one thread.
 */
@SuppressWarnings("removal") // The factory that replaces the constructor makes readers that no class can extend.
final class RequestReader extends DataReader {
    static final int LEAST_BYTES_PER_SECOND = 1024;

    /** A chunk is read into memory as a whole. */
    private static final int LARGEST_CHUNK = 16 << 20;

    private static final int LONGEST_CHUNK_LINE = 256;

    /** The characters of a method (RFC 9110, section 5.6.2). */
    private static final Pattern METHOD = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    private final Runnable requestEnds;
    private boolean firstLine = true;
    private boolean head = true;
    private boolean chunked;
    private boolean lastChunk;
    private boolean broken;

    /** @param requestEnds called before the first line of another request is read */
    RequestReader(Supplier<byte[]> bytes, Runnable requestEnds) {
        super(bytes);
        this.requestEnds = requestEnds;
    }

    boolean isBroken() {
        return broken;
    }

    /** @param chunked how the body comes of which the headers have been read */
    void bodyBegins(boolean chunked) {
        this.chunked = chunked;
        this.lastChunk = false;
        this.head = false;
    }

    /** Another request begins. */
    void headBegins() {
        this.firstLine = true;
        this.head = true;
    }

    /** Helidon looks for a new line when it reads a first line, and headers; for the line of a chunk it uses {@link #readLine}. */
    @Override
    public int findNewLine(int max) {
        requestEnds.run();
        return super.findNewLine(max);
    }

    /** Helidon reads a first line so, and fails where the method is none. */
    @Override
    public byte[] readBytes(int length) {
        byte[] bytes = super.readBytes(length);
        if (firstLine) {
            firstLine = false;
            String method = new String(bytes, StandardCharsets.ISO_8859_1).split(" ", 2)[0];
            if (!METHOD.matcher(method).matches()) {
                throw malformed("its first line does not begin with a method");
            }
        }
        return bytes;
    }

    /** Helidon reads the name of a header so. */
    @Override
    public String readAsciiString(int length) {
        if (head && length == 0) {
            throw malformed("a header has no name");
        }
        return super.readAsciiString(length);
    }

    /** The line with a chunk's size, or the empty one behind the last chunk. */
    @Override
    public String readLine() {
        requireWhole();
        int length;
        try {
            length = super.findNewLine(LONGEST_CHUNK_LINE);
        } catch (IncorrectNewLineException e) {
            throw malformed("the line with a chunk's size does not end with CR LF");
        }
        if (length >= LONGEST_CHUNK_LINE) {
            throw malformed("the line with a chunk's size is longer than " + LONGEST_CHUNK_LINE + " bytes");
        }
        String line = readAsciiString(length);
        skip(2);
        if (lastChunk && !line.isEmpty()) {
            throw malformed("there is data after the last chunk: trailers are not supported");
        }
        if (!lastChunk && !line.matches("[0-9a-fA-F]{1,8}")) {
            throw malformed("a chunk's size is not a hexadecimal number, or has an extension");
        }
        lastChunk = line.matches("0+");
        return line;
    }

    @Override
    public BufferData readBuffer(int length) {
        requireWhole();
        if (!chunked) {
            return super.readBuffer(length);
        }
        if (length > LARGEST_CHUNK) {
            throw malformed(
                    "a chunk has " + length + " bytes, more than the " + LARGEST_CHUNK + " that are read at once");
        }
        BufferData chunk = super.readBuffer(length);
        if (!startsWithNewLine()) {
            throw malformed("a chunk is not followed by CR LF");
        }
        return chunk;
    }

    private void requireWhole() {
        if (broken) {
            throw malformed("its body is malformed");
        }
    }

    /** From here on nothing is a request any more, whatever comes: where it would begin, nobody knows. */
    RequestException malformed(String why) {
        broken = true;
        return RequestException.builder()
                .type(EventType.BAD_REQUEST)
                .message(why)
                .setKeepAlive(false)
                .build();
    }
}
