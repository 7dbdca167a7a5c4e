package dev.nerium.store;

import java.io.ByteArrayOutputStream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** Compression (raw DEFLATE, RFC 1951) of short texts by a dictionary: a text that has much in common with them. */
public final class Compression {
    /** The longest distance that DEFLATE refers back to. */
    public static final int LONGEST_DICTIONARY = 32 << 10;

    private static final int BUFFER = 4096;

    private Compression() {}

    /** @param dictionary at most {@link #LONGEST_DICTIONARY} bytes */
    public static byte[] compress(byte[] text, byte[] dictionary) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            if (dictionary.length > 0) {
                deflater.setDictionary(dictionary);
            }
            deflater.setInput(text);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER];
            while (!deflater.finished()) {
                out.write(buffer, 0, deflater.deflate(buffer));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /** @param dictionary with which the text was compressed */
    public static byte[] decompress(byte[] compressed, byte[] dictionary) {
        Inflater inflater = new Inflater(true);
        try {
            if (dictionary.length > 0) {
                inflater.setDictionary(dictionary);
            }
            inflater.setInput(compressed);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            byte[] buffer = new byte[BUFFER];
            while (!inflater.finished()) {
                int count = inflater.inflate(buffer);
                if (count == 0 && !inflater.finished()) {
                    throw new IllegalStateException("Compressed data of the state database is incomplete");
                }
                out.write(buffer, 0, count);
            }
            return out.toByteArray();
        } catch (DataFormatException e) {
            throw new IllegalStateException("Compressed data of the state database can't be read", e);
        } finally {
            inflater.end();
        }
    }
}
