package dev.nerium.lake.commit;

import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.WriteTarget;
import java.util.List;
import java.util.UUID;

/**
 * The planned commit of a run, with the facts that the next start of the server needs after a crash.
 *
 * @param tableId the table's own id, by which it is found under another name
 * @param files every file that the commit may have made, in the order of their making
 */
public record CommitIntent(UUID run, TableName table, UUID tableId, Effect effect, List<String> files) {
    public CommitIntent {
        files = List.copyOf(files);
    }

    /** The effect of the commit on the catalog. */
    public enum Effect {
        CREATES,
        CHANGES
    }

    static CommitIntent of(WriteTarget target, UUID run, List<String> files) {
        Effect effect = target.isNew() ? Effect.CREATES : Effect.CHANGES;
        return new CommitIntent(run, target.name(), target.tableId(), effect, files);
    }

    /** Manifests, their lists, and versions of the table. */
    List<String> metadataFiles() {
        return files.stream()
                .filter(file -> file.endsWith(".avro") || file.endsWith(".metadata.json"))
                .toList();
    }

    /** Whether an attempt was lost to someone else's commit: each writes a list of manifests of its own. */
    boolean wasRepeated() {
        return files.stream().filter(file -> file.contains("/snap-")).count() > 1;
    }
}
