package dev.nerium.lake.write;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/**
 * Checks that a Parquet footer is consistent: its counts agree, and the parts of the file that it names lie one after another,
 * without a gap in which a file of another format could lie hidden.
 */
final class ParquetFooterCheck {
    private static final int MAGIC_BYTES = 4;
    private static final int MAX_COPY_BYTES = 1 << 20;

    private final List<ColumnDescriptor> columns;
    private final long footerStart;
    private final List<Part> parts = new ArrayList<>();

    private ParquetFooterCheck(List<ColumnDescriptor> columns, long footerStart) {
        this.columns = columns;
        this.footerStart = footerStart;
    }

    /**
     * Bytes of the file.
     *
     * @param size below 0 if it is unknown
     * @param column the column chunk, if the part is not an index
     */
    private record Part(long start, long size, Optional<ColumnChunkMetaData> column) {}

    /**
     * Rows of the file, by its row groups.
     *
     * @param footerStart where the footer begins in the file
     */
    static long rows(ParquetMetadata footer, Path file, long footerStart) throws IOException {
        ParquetFooterCheck check =
                new ParquetFooterCheck(footer.getFileMetaData().getSchema().getColumns(), footerStart);
        long rows = 0;
        for (BlockMetaData group : footer.getBlocks()) {
            check.rowGroup(group);
            require(rows <= Long.MAX_VALUE - group.getRowCount(), "it has more rows than can be counted");
            rows += group.getRowCount();
        }
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            check.coverage(channel);
        }
        return rows;
    }

    private void rowGroup(BlockMetaData group) {
        require(group.getRowCount() >= 0, "a row group has a negative number of rows");
        require(group.getPath() == null, "its footer refers to rows in another file");
        require(group.getColumns().size() == columns.size(), "a row group lacks columns of its schema");
        for (int i = 0; i < columns.size(); i++) {
            chunk(group.getColumns().get(i), columns.get(i), group.getRowCount());
        }
    }

    private void chunk(ColumnChunkMetaData chunk, ColumnDescriptor column, long rows) {
        long values = chunk.getValueCount();
        require(!chunk.isEncrypted(), "it is encrypted");
        require(
                column.getMaxRepetitionLevel() > 0 ? values >= 0 : values == rows,
                "a column has another number of values than its row group has rows");
        require(
                nulls(chunk).map(nulls -> nulls >= 0 && nulls <= values).orElse(true),
                "a column has more nulls than values");
        long start = chunk.getStartingPos();
        long size = chunk.getTotalSize();
        require(start >= MAGIC_BYTES && size >= 0 && size <= footerStart - start, "a column is outside of the file");
        require(chunk.getFirstDataPageOffset() <= start + size, "pages of a column are outside of it");
        parts.add(new Part(start, size, Optional.of(chunk)));
        Stream.of(chunk.getColumnIndexReference(), chunk.getOffsetIndexReference())
                .filter(Objects::nonNull)
                .forEach(index -> part(index.getOffset(), index.getLength()));
        if (chunk.getBloomFilterOffset() > 0) {
            part(chunk.getBloomFilterOffset(), chunk.getBloomFilterLength());
        }
    }

    private void part(long start, long size) {
        require(
                start >= MAGIC_BYTES && start <= footerStart && size <= footerStart - start,
                "an index is outside of the file");
        parts.add(new Part(start, size, Optional.empty()));
    }

    private void coverage(SeekableByteChannel file) throws IOException {
        parts.sort(Comparator.comparingLong(Part::start).thenComparingLong(Part::size));
        Part last = new Part(0, MAGIC_BYTES, Optional.empty());
        for (Part part : parts) {
            gap(file, last, part.start());
            last = part;
        }
        gap(file, last, footerStart);
    }

    /**
     * Between two parts is nothing, or what the footer says of a column once more, as Polars writes it. Older writers do not say
     * how long a Bloom filter is: it reaches to what follows.
     */
    private static void gap(SeekableByteChannel file, Part before, long next) throws IOException {
        long end = before.start() + Math.max(0, before.size());
        require(end <= next, "its parts overlap");
        if (end < next && before.size() >= 0) {
            require(
                    before.column().isPresent() && next - end <= MAX_COPY_BYTES,
                    "it has bytes that belong to no column");
            ByteBuffer bytes = ByteBuffer.allocate((int) (next - end));
            file.position(end);
            while (bytes.hasRemaining() && file.read(bytes) >= 0) {}
            require(isCopy(bytes.array(), before.column().get()), "it has bytes that belong to no column");
        }
    }

    private static boolean isCopy(byte[] bytes, ColumnChunkMetaData column) {
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            ColumnMetaData copy = Util.readColumnMetaData(in, null, null);
            return in.available() == 0
                    && copy.getTotal_compressed_size() == column.getTotalSize()
                    && copy.getData_page_offset() == column.getFirstDataPageOffset()
                    && copy.getNum_values() == column.getValueCount();
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private static Optional<Long> nulls(ColumnChunkMetaData chunk) {
        return Optional.ofNullable(chunk.getStatistics())
                .filter(statistics -> statistics.isNumNullsSet())
                .map(statistics -> statistics.getNumNulls());
    }

    private static void require(boolean holds, String why) {
        if (!holds) {
            throw DataFileBuilder.unusable(why);
        }
    }
}
