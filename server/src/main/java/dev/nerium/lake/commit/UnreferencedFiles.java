package dev.nerium.lake.commit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.iceberg.ContentFile;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.ManifestContent;
import org.apache.iceberg.ManifestFile;
import org.apache.iceberg.ManifestFiles;
import org.apache.iceberg.ManifestReader;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Snapshot;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.io.FileIO;

/** Finds files that no version, snapshot, branch or tag of a table refers to. */
final class UnreferencedFiles {
    private final Table table;
    private final FileIO io;
    private final Set<String> candidates;

    private UnreferencedFiles(Table table, Collection<String> candidates) {
        this.table = table;
        this.io = table.io();
        this.candidates = new HashSet<>(candidates);
    }

    /** The files that the table does not reference. */
    static Set<String> unknown(Table table, Collection<String> files) {
        UnreferencedFiles references = new UnreferencedFiles(table, files);
        references.removeVersions();
        references.removeSnapshots();
        return references.candidates;
    }

    /** The metadata of a commit's lost attempts, in the table where another attempt of it landed. */
    static Set<String> lost(Table table, CommitIntent intent) {
        UnreferencedFiles references = new UnreferencedFiles(table, intent.metadataFiles());
        references.removeVersions();
        for (Snapshot snapshot : table.snapshots()) {
            if (CommittedRuns.isOf(snapshot, intent.run())) {
                references.candidates.remove(snapshot.manifestListLocation());
                snapshot.allManifests(references.io).forEach(manifest -> references.candidates.remove(manifest.path()));
            }
        }
        return references.candidates;
    }

    private void removeVersions() {
        TableMetadata metadata = ((HasTableOperations) table).operations().current();
        candidates.remove(metadata.metadataFileLocation());
        metadata.previousFiles().forEach(version -> candidates.remove(version.file()));
    }

    private void removeSnapshots() {
        Set<String> seen = new HashSet<>();
        for (Snapshot snapshot : table.snapshots()) {
            candidates.remove(snapshot.manifestListLocation());
            for (ManifestFile manifest : snapshot.allManifests(io)) {
                candidates.remove(manifest.path());
                if (seen.add(manifest.path()) && !candidates.isEmpty()) {
                    removeLive(manifest);
                }
            }
        }
    }

    private void removeLive(ManifestFile manifest) {
        Map<Integer, PartitionSpec> specs = table.specs();
        if (manifest.content() == ManifestContent.DATA) {
            removeLive(ManifestFiles.read(manifest, io, specs));
        } else {
            removeLive(ManifestFiles.readDeleteManifest(manifest, io, specs));
        }
    }

    private <F extends ContentFile<F>> void removeLive(ManifestReader<F> manifest) {
        try (ManifestReader<F> files = manifest.select(List.of("file_path"))) {
            files.forEach(file -> candidates.remove(file.location()));
        } catch (IOException e) {
            throw new UncheckedIOException("A manifest of " + table.name() + " can't be read", e);
        }
    }
}
