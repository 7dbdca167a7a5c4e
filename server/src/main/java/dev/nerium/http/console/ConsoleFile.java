package dev.nerium.http.console;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** One file of the console, compressed. */
final class ConsoleFile {
    private final String type;
    private final String tag;
    private final byte[] gzip;

    private ConsoleFile(String type, String tag, byte[] gzip) {
        this.type = type;
        this.tag = tag;
        this.gzip = gzip;
    }

    /** @param resource a file that the build of the console compressed */
    static ConsoleFile compressed(String resource) {
        return of(resource.replaceFirst("\\.gz$", ""), bytes(resource));
    }

    /** @param resource a file as it is */
    static ConsoleFile plain(String resource) {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(compressed)) {
            out.write(bytes(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return of(resource, compressed.toByteArray());
    }

    private static ConsoleFile of(String name, byte[] gzip) {
        CRC32 sum = new CRC32();
        sum.update(gzip);
        return new ConsoleFile(type(name), "\"%08x\"".formatted(sum.getValue()), gzip);
    }

    /** Its media type. */
    String type() {
        return type;
    }

    /** For the header {@code ETag}. */
    String tag() {
        return tag;
    }

    byte[] gzip() {
        return gzip.clone();
    }

    byte[] plain() {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] bytes(String resource) {
        try (InputStream in = ConsoleFile.class.getResourceAsStream(resource)) {
            return Objects.requireNonNull(in, resource).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String type(String name) {
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "html" -> "text/html; charset=UTF-8";
            case "js" -> "text/javascript; charset=UTF-8";
            case "css" -> "text/css; charset=UTF-8";
            case "svg" -> "image/svg+xml";
            default -> throw new IllegalStateException("The console has a file of an unknown type: " + name);
        };
    }
}
