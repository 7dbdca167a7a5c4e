package dev.nerium.lake.staging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.commit.CommitJournal;
import dev.nerium.lake.commit.CommittedRuns;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.name.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notes of the folders in object stores that clusters write to, so that a server that was killed leaves none: the next one
 * removes what no table has. Thread-safe.
 */
public final class StagingMarkers {
    private static final Logger LOG = LoggerFactory.getLogger(StagingMarkers.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path folder;

    public StagingMarkers(Path folder) {
        this.folder = folder;
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be made", e);
        }
    }

    /** @param table whose catalog opens the location */
    void put(UUID run, TableName table, String location) {
        try {
            Files.write(
                    mark(run),
                    JSON.writeValueAsBytes(JSON.createObjectNode()
                            .put("catalog", table.catalog())
                            .put("namespace", table.namespace())
                            .put("table", table.table())
                            .put("location", location)));
        } catch (IOException e) {
            throw new UncheckedIOException("The run " + run + " can't be recorded", e);
        }
    }

    void remove(UUID run) {
        try {
            Files.deleteIfExists(mark(run));
        } catch (IOException e) {
            throw new UncheckedIOException("The note of the run " + run + " can't be removed", e);
        }
    }

    private Path mark(UUID run) {
        return folder.resolve(run + ".json");
    }

    /** Removes what is noted; what can't be removed now stays for the next start. */
    public void sweep(Catalogs catalogs, CommittedRuns history, CommitJournal journal) {
        try (Stream<Path> left = Files.list(folder)) {
            List<Path> marks = left.toList();
            for (Path mark : marks) {
                try {
                    sweep(mark, catalogs, history, journal);
                } catch (IOException | RuntimeException e) {
                    LOG.warn("The files of a run in an object store can't be removed yet ({})", mark, e);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The folder " + folder + " can't be read", e);
        }
    }

    private static void sweep(Path mark, Catalogs catalogs, CommittedRuns history, CommitJournal journal)
            throws IOException {
        UUID run = UUID.fromString(mark.getFileName().toString().replace(".json", ""));
        JsonNode noted = JSON.readTree(mark.toFile());
        TableName table = new TableName(
                noted.path("catalog").asText(),
                noted.path("namespace").asText(),
                noted.path("table").asText());
        // A commit whose end is not known keeps its files.
        if (journal.find(run).isPresent()) {
            return;
        }
        if (!history.has(table, run)) {
            TableFileIO files = catalogs.of(table).files(TableLoader.identifier(table));
            files.list(noted.path("location").asText()).forEach(file -> files.deleteFile(file.location()));
        }
        Files.delete(mark);
    }
}
