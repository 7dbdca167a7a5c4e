package dev.nerium.lake.staging;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.lake.write.DataFileBuilder;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.types.Type;

/** The partition of a file that a cluster wrote, which the folders that it is in are named after. */
final class HivePartitionPath {
    private static final String NULL = "__HIVE_DEFAULT_PARTITION__";

    private HivePartitionPath() {}

    /**
     * Iceberg's single-value JSON, not yet checked.
     *
     * @param path of the file, below the folder of all
     */
    static String partitionJson(PartitionSpec spec, String path) {
        List<PartitionField> fields = spec.fields().stream()
                .filter(field -> !field.transform().isVoid())
                .toList();
        String[] folders = path.split("/", -1);
        if (folders.length != fields.size() + 1) {
            throw DataFileBuilder.unusable("it lies in " + path + ", which does not name its partition");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < fields.size(); i++) {
            String text = folders[i].substring(folders[i].indexOf('=') + 1);
            if (!text.equals(NULL)) {
                write(json, fields.get(i), type(spec, fields.get(i)), value(text));
            }
        }
        return json.toString();
    }

    private static Type type(PartitionSpec spec, PartitionField field) {
        return spec.partitionType().field(field.fieldId()).type();
    }

    /** Behind a letter, so that an empty text has a folder, too. */
    private static String value(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8)
                    .substring(1);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw DataFileBuilder.unusable("it lies in a folder that is called " + text);
        }
    }

    private static void write(ObjectNode json, PartitionField field, Type type, String text) {
        String name = Integer.toString(field.fieldId());
        try {
            switch (type.typeId()) {
                case BOOLEAN -> json.put(name, Boolean.parseBoolean(text));
                case INTEGER, LONG -> json.put(name, Long.parseLong(text));
                default -> json.put(name, text);
            }
        } catch (NumberFormatException e) {
            throw DataFileBuilder.unusable("it lies in a folder that is called " + text);
        }
    }
}
