package dev.nerium.variable;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * Text that comes in chunks, without secret values. Bytes that may be the beginning of a value are withheld until the next chunk, or
 * the end, shows whether they are. For one thread.
 */
public final class MaskedStream {
    private final ValueMask mask;
    private byte[] withheld = new byte[0];

    /** The number of bytes at the beginning of what is withheld that belong to a value which was replaced. */
    private int replaced;

    public MaskedStream(ValueMask mask) {
        this.mask = mask;
    }

    /** Takes a chunk, and returns the text that is complete. */
    public byte[] add(byte[] chunk, int length) {
        if (mask.isEmpty()) {
            return Arrays.copyOf(chunk, length);
        }
        byte[] text = Arrays.copyOf(withheld, withheld.length + length);
        System.arraycopy(chunk, 0, text, withheld.length, length);
        return take(text, false);
    }

    /** Returns the rest. A beginning of a value, of which the end is missing, is replaced, too. */
    public byte[] end() {
        return take(withheld, true);
    }

    private byte[] take(byte[] text, boolean isEnd) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length);
        int end = replaced;
        int at = 0;
        while (at < text.length && !mask.isClosed()) {
            boolean isBeginning = mask.isBeginning(text, at);
            if (isBeginning && !isEnd) {
                break;
            }
            boolean isCut = isBeginning && text.length - at >= ValueMask.FEWEST_CHARACTERS;
            int length = isCut ? text.length - at : mask.match(text, at);
            if (length > 0) {
                if (at >= end) {
                    out.writeBytes(mask.shown());
                }
                end = Math.max(end, at + length);
            }
            if (at >= end) {
                out.write(text[at]);
            }
            at++;
        }
        withheld = mask.isClosed() ? new byte[0] : Arrays.copyOfRange(text, at, text.length);
        replaced = Math.max(0, end - at);
        return mask.isClosed() ? new byte[0] : out.toByteArray();
    }
}
