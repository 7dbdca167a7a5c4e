package dev.nerium.lake.storage;

import dev.nerium.lake.footer.LocalFooter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * Where the columns of a Parquet file lie.
 *
 * @param groups for each row group, the chunks and the page indexes of each column, by the field id of the table's column
 *     that they are in
 */
record ColumnByteRanges(List<Map<Integer, List<ByteRange>>> groups) {
    /** Empty if the footer has no positions of columns with field ids, so that the whole file must be read. */
    static Optional<ColumnByteRanges> read(Path file, long bytes) throws IOException {
        ParquetMetadata footer;
        try {
            footer = LocalFooter.read(file);
        } catch (RuntimeException e) {
            // The reader of the file reports what is wrong with it.
            return Optional.empty();
        }
        MessageType schema = footer.getFileMetaData().getSchema();
        if (schema.getFields().stream().anyMatch(column -> column.getId() == null)) {
            return Optional.empty();
        }
        List<Map<Integer, List<ByteRange>>> groups = new ArrayList<>();
        for (BlockMetaData group : footer.getBlocks()) {
            Map<Integer, List<ByteRange>> byField = new HashMap<>();
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
            groups.add(byField);
        }
        return Optional.of(new ColumnByteRanges(groups));
    }

    ByteRanges columns(Set<Integer> fields) {
        return columns(fields, IntStream.range(0, groups.size()).boxed().toList());
    }

    /** The columns in some of the row groups. */
    ByteRanges columns(Set<Integer> fields, List<Integer> chosen) {
        List<ByteRange> spans = new ArrayList<>();
        for (int group : chosen) {
            fields.forEach(field -> spans.addAll(groups.get(group).getOrDefault(field, List.of())));
        }
        return ByteRanges.of(spans);
    }
}
