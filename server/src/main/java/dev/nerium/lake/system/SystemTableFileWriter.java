package dev.nerium.lake.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.iceberg.Files;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.SingleValueParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.data.parquet.GenericParquetWriter;
import org.apache.iceberg.io.FileAppender;
import org.apache.iceberg.parquet.Parquet;
import org.apache.iceberg.transforms.Transform;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.util.DateTimeUtil;
import org.apache.iceberg.util.JsonUtil;

/**
 * Writes records into Parquet files for a table that is partitioned by times or texts, each file for one partition. One thread
 * uses it.
 */
final class SystemTableFileWriter implements AutoCloseable {
    private final WriteTarget target;
    private final Table table;
    private final TemporaryFiles scratch;
    private final Map<String, Open> open = new HashMap<>();
    private final List<StagedFile> staged = new ArrayList<>();

    private record Open(Path path, FileAppender<Record> appender) {}

    SystemTableFileWriter(WriteTarget target, TemporaryFiles scratch) {
        this.target = target;
        this.table = target.transaction().table();
        this.scratch = scratch;
    }

    void add(Record record) throws IOException {
        String partition = partition(record);
        Open file = open.get(partition);
        if (file == null) {
            file = open();
            open.put(partition, file);
        }
        file.appender().add(record);
        if (file.appender().length() >= target.settings().targetFileBytes()) {
            open.remove(partition);
            finish(partition, file);
        }
    }

    List<StagedFile> finish() throws IOException {
        for (Map.Entry<String, Open> entry : open.entrySet()) {
            finish(entry.getKey(), entry.getValue());
        }
        open.clear();
        return List.copyOf(staged);
    }

    private void finish(String partition, Open file) throws IOException {
        file.appender().close();
        staged.add(new StagedFile(file.path(), partition));
    }

    private Open open() throws IOException {
        Path path = scratch.file(".parquet");
        return new Open(
                path,
                Parquet.write(Files.localOutput(path.toFile()))
                        .forTable(table)
                        .schema(target.schema())
                        .createWriterFunc(GenericParquetWriter::create)
                        .build());
    }

    /** As {@link StagedFile} has it. */
    private String partition(Record record) {
        ObjectNode partition = JsonNodeFactory.instance.objectNode();
        PartitionSpec spec = table.spec();
        for (PartitionField field : spec.fields()) {
            NestedField source = target.schema().findField(field.sourceId());
            Object written = record.getField(source.name());
            if (written != null) {
                Transform<Object, Object> transform = transform(field);
                Type result = transform.getResultType(source.type());
                Object value = transform
                        .bind(source.type())
                        .apply(
                                written instanceof OffsetDateTime time
                                        ? DateTimeUtil.microsFromTimestamptz(time)
                                        : written);
                partition.set(Integer.toString(field.fieldId()), tree(SingleValueParser.toJson(result, value)));
            }
        }
        return partition.toString();
    }

    /** Iceberg has it of no type in particular. */
    @SuppressWarnings("unchecked")
    private static Transform<Object, Object> transform(PartitionField field) {
        return (Transform<Object, Object>) field.transform();
    }

    private static JsonNode tree(String json) {
        try {
            return JsonUtil.mapper().readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        for (Open file : open.values()) {
            file.appender().close();
        }
    }
}
