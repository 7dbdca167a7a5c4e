package dev.nerium.lake.scan;

import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The equality deletes of a plan.
 *
 * @param keys each field that a delete file compares
 */
public record EqualityDeletes(List<File> files, List<DeleteKey> keys) {
    public static final EqualityDeletes NONE = new EqualityDeletes(List.of(), List.of());

    public EqualityDeletes {
        files = List.copyOf(files);
        keys = List.copyOf(keys);
    }

    EqualityDeletes at(UnaryOperator<Path> place) {
        return new EqualityDeletes(
                files.stream()
                        .map(file -> new File(place.apply(file.path()), file.fields(), file.scope()))
                        .toList(),
                keys);
    }

    public boolean isEmpty() {
        return files.isEmpty();
    }

    /**
     * One delete file.
     *
     * @param fields ids of the fields whose values must be equal
     */
    public record File(Path path, List<Integer> fields, DeleteScope scope) {
        public File {
            fields = List.copyOf(fields);
        }
    }

    /**
     * A field that is compared, which the table's schema may have no longer.
     *
     * @param schemaJson an Iceberg schema of nothing but this field, inside its structs
     */
    public record DeleteKey(int field, String schemaJson) {}
}
