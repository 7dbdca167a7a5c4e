package dev.nerium.lake.scan;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/**
 * One data file of a plan.
 *
 * @param scope meaningful only where the plan has equality deletes
 * @param layout which of the plan's layouts the file has; empty where its columns are found by field ids
 * @param constants by field id, the value of each identity-partitioned field as Iceberg's single-value JSON
 */
public record PlannedFile(
        Path path,
        long bytes,
        long rows,
        PositionDeletes deletes,
        DeleteScope scope,
        OptionalInt layout,
        Map<Integer, String> constants) {
    public PlannedFile {
        constants = Map.copyOf(constants);
    }

    PlannedFile at(UnaryOperator<Path> place) {
        return new PlannedFile(place.apply(path), bytes, rows, deletes.at(place), scope, layout, constants);
    }

    PlannedFile withRows(long count) {
        return new PlannedFile(path, bytes, count, deletes, scope, layout, constants);
    }

    /** A file with all that its rows have. */
    static PlannedFile plain(Path path, long bytes, long rows) {
        return new PlannedFile(
                path, bytes, rows, PositionDeletes.NONE, DeleteScope.NONE, OptionalInt.empty(), Map.of());
    }
}
