package dev.nerium.lake;

import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;

/** What a Parquet footer says must be possible: its counts agree, and its column chunks lie one after another in the file. */
final class FooterCheck {
    private static final int MAGIC_BYTES = 4;

    private final List<ColumnDescriptor> columns;
    private final long fileSize;
    private long end = MAGIC_BYTES;

    private FooterCheck(List<ColumnDescriptor> columns, long fileSize) {
        this.columns = columns;
        this.fileSize = fileSize;
    }

    /** Rows of the file, by its row groups. */
    static long rows(ParquetMetadata footer, long fileSize) {
        FooterCheck check = new FooterCheck(footer.getFileMetaData().getSchema().getColumns(), fileSize);
        long rows = 0;
        for (BlockMetaData group : footer.getBlocks()) {
            check.rowGroup(group);
            require(rows <= Long.MAX_VALUE - group.getRowCount(), "it has more rows than can be counted");
            rows += group.getRowCount();
        }
        return rows;
    }

    private void rowGroup(BlockMetaData group) {
        require(group.getRowCount() >= 0, "a row group has less than no rows");
        require(group.getPath() == null, "its rows are said to be in another file");
        require(group.getColumns().size() == columns.size(), "a row group has not the columns of its schema");
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
        require(start >= end && size >= 0 && size <= fileSize - start, "a column lies outside the file");
        require(chunk.getFirstDataPageOffset() <= start + size, "a column's pages lie outside of it");
        end = start + size;
    }

    private static Optional<Long> nulls(ColumnChunkMetaData chunk) {
        return Optional.ofNullable(chunk.getStatistics())
                .filter(statistics -> statistics.isNumNullsSet())
                .map(statistics -> statistics.getNumNulls());
    }

    private static void require(boolean holds, String why) {
        if (!holds) {
            throw StagedFiles.unusable(why);
        }
    }
}
