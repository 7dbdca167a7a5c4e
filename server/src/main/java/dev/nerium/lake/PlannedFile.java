package dev.nerium.lake;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One data file of a plan.
 *
 * @param deletes position delete files that apply to it
 * @param constants by field id, the value of each identity-partitioned field as Iceberg's single-value JSON
 */
public record PlannedFile(Path path, long bytes, long rows, List<Path> deletes, Map<Integer, String> constants) {
    public PlannedFile {
        deletes = List.copyOf(deletes);
        constants = Map.copyOf(constants);
    }
}
