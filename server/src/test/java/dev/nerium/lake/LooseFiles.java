package dev.nerium.lake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageTypeParser;

/** Data files that are in no table yet. */
public record LooseFiles(Path folder) {

    /** A file of one row, with such an Arrow schema in its metadata. */
    DataFile writeWithArrow(String arrowSchema, Schema schema, Object... values) {
        Path path = newFile();
        write(builder(path, schema).meta("ARROW:schema", arrowSchema), ForeignTable.record(schema, values));
        return dataFile(PartitionSpec.unpartitioned(), path, "");
    }

    /** A file of one row, of a partition with such a path. */
    public DataFile write(PartitionSpec spec, String partition, Schema schema, Object... values) {
        Path path = newFile();
        write(builder(path, schema), ForeignTable.record(schema, values));
        return dataFile(spec, path, partition);
    }

    private static Parquet.WriteBuilder builder(Path path, Schema schema) {
        return Parquet.write(Files.localOutput(path.toFile()))
                .schema(schema)
                .createWriterFunc(type -> GenericParquetWriter.create(schema, type));
    }

    private static void write(Parquet.WriteBuilder builder, Record row) {
        try (FileAppender<Record> out = builder.build()) {
            out.add(row);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file without rows, with such a Parquet schema. */
    public DataFile write(String parquetSchema) {
        Path path = newFile();
        try {
            ExampleParquetWriter.builder(new LocalOutputFile(path))
                    .withType(MessageTypeParser.parseMessageType(parquetSchema))
                    .build()
                    .close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return dataFile(PartitionSpec.unpartitioned(), path, "");
    }

    private static DataFile dataFile(PartitionSpec spec, Path path, String partition) {
        DataFiles.Builder file = DataFiles.builder(spec)
                .withPath(path.toString())
                .withFileSizeInBytes(path.toFile().length())
                .withRecordCount(1);
        return (partition.isEmpty() ? file : file.withPartitionPath(partition)).build();
    }

    private Path newFile() {
        return folder.resolve(UUID.randomUUID() + ".parquet");
    }
}
