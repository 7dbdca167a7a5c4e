package dev.nerium.lake.staging;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import dev.nerium.config.ConfigException;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.write.WriteTarget;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;

/** Staging tables, in a folder that a cluster reaches by the same path. Thread-safe. */
public final class StagingTables {
    private static final Pattern RUN = Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

    private final Path folder;

    /**
     * Makes this server's folder, and removes the run folders that it left there when it was killed. Other servers may have theirs
     * beside it.
     *
     * @param server id of this one
     * @throws ConfigException if the folder holds anything else
     */
    public StagingTables(Path parent, String server) {
        this.folder = parent.resolve(server);
        try {
            Files.createDirectories(folder);
            try (Stream<Path> left = Files.list(folder)) {
                List<Path> runs = left.toList();
                runs.forEach(this::requireRun);
                runs.forEach(StagingTable::delete);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be emptied", e);
        }
    }

    private void requireRun(Path left) {
        if (!RUN.matcher(left.getFileName().toString()).matches() || !Files.isDirectory(left, NOFOLLOW_LINKS)) {
            throw new ConfigException(
                    "The folder " + folder + " (distributed.staging-folder, and the id of this server) contains '"
                            + left.getFileName()
                            + "', which is not the folder of a run: expected a folder that only this server writes to. Move it away.");
        }
    }

    /** For rows that a destination gets. */
    public StagingTable of(UUID run, WriteTarget target) {
        Table table = target.transaction().table();
        return StagingTable.create(
                folder.resolve(run.toString()), target.schema(), table.spec(), table.sortOrder(), table.properties());
    }

    /** @param schemaJson Iceberg schema JSON of a result, from a worker */
    public StagingTable of(UUID run, String schemaJson) {
        Schema schema;
        try {
            schema = SchemaParser.fromJson(schemaJson);
        } catch (RuntimeException e) {
            throw new NeriumException(
                    ErrorCode.WORKER_PROTOCOL_ERROR, "The worker sent an invalid result schema.", "", e);
        }
        return StagingTable.create(
                folder.resolve(run.toString()),
                schema,
                PartitionSpec.unpartitioned(),
                SortOrder.unsorted(),
                Map.of("write.distribution-mode", "none"));
    }
}
