package dev.nerium.lake.maintenance;

import dev.nerium.lake.io.AllowedPrefixes;
import dev.nerium.lake.io.CanonicalPaths;
import dev.nerium.lake.io.TableFileIO;
import dev.nerium.lake.io.TableFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.ReachableFileUtil;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.exceptions.ValidationException;

/** Every file that a table's current metadata refers to, in any snapshot, by its real path. For one thread. */
final class ReachableFiles {
    private final Table table;
    private final CanonicalPaths paths = new CanonicalPaths();
    private final Set<Path> files = new HashSet<>();
    private final Set<String> manifests = new HashSet<>();

    private ReachableFiles(Table table) {
        this.table = table;
    }

    /** Fails where any of the metadata can't be read: what is not known to be reachable would be taken for an orphan. */
    static Set<Path> of(Table table) {
        ReachableFiles reachable = new ReachableFiles(table);
        reachable.collect();
        return reachable.files;
    }

    private void collect() {
        ReachableFileUtil.metadataFileLocations(table, false).forEach(this::add);
        ReachableFileUtil.statisticsFilesLocations(table).forEach(this::add);
        add(ReachableFileUtil.versionHintLocation(table));
        for (Snapshot snapshot : table.snapshots()) {
            String list = snapshot.manifestListLocation();
            if (list != null) {
                add(list);
            }
            for (ManifestFile manifest : snapshot.allManifests(table.io())) {
                if (manifests.add(manifest.path())) {
                    add(manifest.path());
                    addContent(manifest);
                }
            }
        }
    }

    private void addContent(ManifestFile manifest) {
        try (ManifestReader<?> reader = reader(manifest)) {
            for (var file : reader) {
                add(file.location());
            }
        } catch (IllegalArgumentException | ValidationException e) {
            throw TableFolders.refusal("its manifest " + manifest.path() + " is not a readable manifest");
        } catch (IOException e) {
            throw new UncheckedIOException("The manifest " + manifest.path() + " can't be closed", e);
        }
    }

    private ManifestReader<?> reader(ManifestFile manifest) {
        return switch (manifest.content()) {
            case DATA -> ManifestFiles.read(manifest, table.io(), table.specs());
            case DELETES -> ManifestFiles.readDeleteManifest(manifest, table.io(), table.specs());
        };
    }

    /** A scheme in other letters is none that this server reads, but other engines may. */
    private void add(String location) {
        if (!AllowedPrefixes.isObject(location) || location.regionMatches(true, 0, "file:", 0, "file:".length())) {
            files.add(paths.of(((TableFileIO) table.io()).place(location)));
        }
    }
}
