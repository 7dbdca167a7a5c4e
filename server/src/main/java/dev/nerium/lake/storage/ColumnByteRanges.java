package dev.nerium.lake.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Where the columns of a Parquet file lie.
 *
 * @param byField the chunks and the page indexes of each column, by the field id of the table's column that they are in
 */
record ColumnByteRanges(Map<Integer, List<ByteRange>> byField) {

    /** Empty if the footer has no positions of columns with field ids, so that the whole file must be read. */
    static Optional<ColumnByteRanges> read(Path file, long bytes) throws IOException {
        ParquetMetadata footer;
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            footer = reader.getFooter();
        } catch (RuntimeException e) {
            // The reader of the file reports what is wrong with it.
            return Optional.empty();
        }
        MessageType schema = footer.getFileMetaData().getSchema();
        if (schema.getFields().stream().anyMatch(column -> column.getId() == null)) {
            return Optional.empty();
        }
        Map<Integer, List<ByteRange>> byField = new HashMap<>();
        for (BlockMetaData group : footer.getBlocks()) {
            for (ColumnChunkMetaData chunk : group.getColumns()) {
                long start = chunk.getStartingPos();
                if (start < 0 || chunk.getTotalSize() < 0 || chunk.getTotalSize() > bytes - start) {
                    return Optional.empty();
                }
                Type column = schema.getType(chunk.getPath().toArray()[0]);
                List<ByteRange> spans = byField.computeIfAbsent(column.getId().intValue(), unseen -> new ArrayList<>());
                spans.add(new ByteRange(start, start + chunk.getTotalSize()));
                Stream.of(chunk.getColumnIndexReference(), chunk.getOffsetIndexReference())
                        .filter(Objects::nonNull)
                        .filter(index -> index.getOffset() > 0 && index.getOffset() + index.getLength() <= bytes)
                        .map(index -> new ByteRange(index.getOffset(), index.getOffset() + index.getLength()))
                        .forEach(spans::add);
            }
        }
        return Optional.of(new ColumnByteRanges(byField));
    }

    ByteRanges columns(Set<Integer> fields) {
        List<ByteRange> spans = new ArrayList<>();
        fields.forEach(field -> spans.addAll(byField.getOrDefault(field, List.of())));
        return ByteRanges.of(spans);
    }
}
