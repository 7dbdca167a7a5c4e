package dev.nerium.lake.storage;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.Util;

/**
 * A Parquet file with some of the row groups of an object. It is as long as the object, its chunks are where they are in the
 * object, and its footer lists only these row groups, so that no reader looks for the others.
 */
final class RowGroupFile {
    private static final int TRAILER = 8;

    private RowGroupFile() {}

    /**
     * Creates the file.
     *
     * @param source has the footer and the ranges of the object
     * @param bytes length of the object
     * @param footerBytes length of its footer and what follows it
     * @return number of rows of the file; empty if its footer does not fit in the place of the object's footer
     */
    static OptionalLong create(
            Path source, Path target, long bytes, long footerBytes, ByteRanges ranges, List<Integer> groups)
            throws IOException {
        try (FileChannel in = FileChannel.open(source, StandardOpenOption.READ);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            // For the account that workers run under.
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-r--r--"));
            for (ByteRange range : ranges.list()) {
                copy(in, out, range);
            }
            in.position(bytes - footerBytes);
            FileMetaData footer = Util.readFileMetaData(Channels.newInputStream(in));
            List<RowGroup> all = Objects.requireNonNull(footer.getRow_groups());
            footer.setRow_groups(groups.stream().map(all::get).toList());
            long rows = footer.getRow_groups().stream()
                    .mapToLong(RowGroup::getNum_rows)
                    .sum();
            footer.setNum_rows(rows);
            return write(footer, out, bytes, footerBytes) ? OptionalLong.of(rows) : OptionalLong.empty();
        }
    }

    private static void copy(FileChannel in, FileChannel out, ByteRange range) throws IOException {
        out.position(range.start());
        long position = range.start();
        while (position < range.end()) {
            position += in.transferTo(position, range.end() - position, out);
        }
    }

    /** Writes a footer to the end of the file, where readers look for it, unless it would reach into the column chunks. */
    private static boolean write(FileMetaData footer, FileChannel out, long bytes, long footerBytes)
            throws IOException {
        ByteArrayOutputStream encoded = new ByteArrayOutputStream();
        Util.writeFileMetaData(footer, encoded);
        if (encoded.size() + TRAILER > footerBytes) {
            return false;
        }
        ByteBuffer end = ByteBuffer.allocate(encoded.size() + TRAILER)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(encoded.toByteArray())
                .putInt(encoded.size())
                .put("PAR1".getBytes(StandardCharsets.US_ASCII))
                .flip();
        long position = bytes - end.remaining();
        while (end.hasRemaining()) {
            position += out.write(end, position);
        }
        return true;
    }
}
