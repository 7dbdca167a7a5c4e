package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;

/** Staging tables, in a folder that a cluster reaches by the same path. Thread-safe. */
public final class StagingTables {
    private final Path folder;

    /** Makes the folder, without what a server that was killed left there. */
    public StagingTables(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                left.forEach(StagingTable::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be emptied", e);
        }
    }

    /** For rows that a destination gets. */
    public StagingTable of(UUID run, WriteTarget target) {
        Table table = target.transaction().table();
        return StagingTable.create(
                folder.resolve(run.toString()), target.schema(), table.spec(), table.sortOrder(), table.properties());
    }

    /** @param schemaJson Iceberg schema JSON of a result, as a worker says it */
    public StagingTable of(UUID run, String schemaJson) {
        Schema schema;
        try {
            schema = SchemaParser.fromJson(schemaJson);
        } catch (RuntimeException e) {
            throw new NeriumException(
                    ErrorCode.WORKER_DIED, "The worker said a schema of the result that can't be read.", "", e);
        }
        return StagingTable.create(
                folder.resolve(run.toString()),
                schema,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of("write.distribution-mode", "none"));
    }
}
