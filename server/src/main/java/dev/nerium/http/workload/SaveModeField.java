package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.write.SaveMode;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code saveMode} together with {@code mergeKeys}, which only one of the modes has. */
final class SaveModeField {
    private static final String KEYS = "mergeKeys";

    /** The modes of the API. */
    private enum SaveModeName {
        OVERWRITE,
        APPEND,
        MERGE
    }

    private SaveModeField() {}

    static SaveMode read(RequestFields fields) {
        SaveModeName mode = fields.choice("saveMode", SaveModeName.class).orElse(SaveModeName.OVERWRITE);
        if (mode != SaveModeName.MERGE && fields.value(KEYS).isPresent()) {
            throw NeriumException.invalid("mergeKeys is given, and saveMode is '%s': keys belong to the mode merge."
                    .formatted(mode.name().toLowerCase(Locale.ROOT)));
        }
        if (fields.value(KEYS).isPresent() && fields.text("destination").isEmpty()) {
            throw NeriumException.invalid("mergeKeys is given without a destination: name the table to merge into.");
        }
        return switch (mode) {
            case OVERWRITE -> SaveMode.Plain.OVERWRITE;
            case APPEND -> SaveMode.Plain.APPEND;
            case MERGE ->
                new SaveMode.Merge(fields.value(KEYS).map(SaveModeField::keys).orElse(List.of()));
        };
    }

    private static List<String> keys(JsonNode list) {
        if (!list.isArray() || list.isEmpty()) {
            throw RequestFields.wrong(KEYS, list, "a list of column names, such as [\"id\"]");
        }
        Set<String> keys = new LinkedHashSet<>();
        for (JsonNode key : list) {
            if (!key.isTextual() || key.textValue().isEmpty()) {
                throw RequestFields.wrong(KEYS, list, "a list of column names, such as [\"id\"]");
            }
            if (!keys.add(key.textValue())) {
                throw NeriumException.invalid(
                        "mergeKeys names the column '" + key.textValue() + "' twice: name each key column once.");
            }
        }
        return List.copyOf(keys);
    }
}
