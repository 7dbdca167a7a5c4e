package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.MetricsConfig;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.parquet.ParquetSchemaUtil;
import org.apache.iceberg.parquet.ParquetUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;

/**
 * Parquet files that a worker left, on their way into a table: checked, measured by their own footers, moved to the table's
 * folder. The worker is dead by then, and what it said of its files is not used.
 */
final class StagedFiles {
    private static final int MAX_FOOTER_BYTES = 64 << 20;

    private StagedFiles() {}

    /** Moves the files below the table's location, named after the run. */
    static List<DataFile> place(List<Path> staged, WriteTarget target, UUID run) {
        List<DataFile> placed = new ArrayList<>();
        try {
            for (int i = 0; i < staged.size(); i++) {
                placed.add(place(staged.get(i), target, "%s-%05d.parquet".formatted(run, i)));
            }
            return placed;
        } catch (RuntimeException e) {
            remove(placed);
            throw e;
        }
    }

    static void remove(List<DataFile> placed) {
        placed.forEach(file -> new LocalFileIO().deleteFile(file.location()));
    }

    private static DataFile place(Path staged, WriteTarget target, String fileName) {
        Table table = target.transaction().table();
        String location = table.locationProvider().newDataLocation(fileName);
        Path path = LocalFileIO.path(location);
        try {
            ParquetMetadata footer = footer(staged, target.schema());
            DataFile file = DataFiles.builder(table.spec())
                    .withPath(location)
                    .withFormat(FileFormat.PARQUET)
                    .withFileSizeInBytes(Files.size(staged))
                    .withMetrics(ParquetUtil.footerMetrics(
                            footer, java.util.stream.Stream.empty(), MetricsConfig.forTable(table)))
                    .withSplitOffsets(ParquetUtil.getSplitOffsets(footer))
                    .build();
            Files.createDirectories(path.getParent());
            Files.move(staged, path);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("The file of " + target.name() + " can't be moved into its table", e);
        }
    }

    private static ParquetMetadata footer(Path file, Schema expected) throws IOException {
        requireSmallFooter(file);
        ParquetMetadata footer;
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file))) {
            footer = reader.getFooter();
        } catch (RuntimeException e) {
            throw unusable("it is not a Parquet file");
        }
        if (!ParquetSchemaUtil.hasIds(footer.getFileMetaData().getSchema())) {
            throw unusable("it has no field ids");
        }
        Schema actual = schema(footer);
        for (NestedField column : actual.columns()) {
            NestedField wanted = expected.findField(column.fieldId());
            if (wanted == null || !wanted.type().toString().equals(column.type().toString())) {
                throw unusable("column '" + column.name() + "' has another id or type than the table's");
            }
        }
        return footer;
    }

    private static Schema schema(ParquetMetadata footer) {
        try {
            return ParquetSchemaUtil.convert(footer.getFileMetaData().getSchema());
        } catch (RuntimeException e) {
            throw unusable("its schema can't be read");
        }
    }

    /** The reader takes as much memory as the last bytes of a file say that its footer has. */
    private static void requireSmallFooter(Path file) throws IOException {
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            if (channel.size() < 12) {
                throw unusable("it is not a Parquet file");
            }
            ByteBuffer length = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
            channel.position(channel.size() - 8);
            while (length.hasRemaining() && channel.read(length) >= 0) {}
            int bytes = length.flip().getInt();
            if (bytes < 0 || bytes > MAX_FOOTER_BYTES) {
                throw unusable("its footer is larger than 64 MiB");
            }
        }
    }

    private static NeriumException unusable(String why) {
        return new NeriumException(ErrorCode.WORKER_DIED, "A file that the run left can't be committed: " + why + ".");
    }
}
