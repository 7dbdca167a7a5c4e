package dev.nerium.lake.maintenance;

import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.commit.CommitJournal;
import dev.nerium.lake.commit.Committer;
import dev.nerium.lake.commit.TableLocks;
import dev.nerium.lake.scan.ScanPlanner;
import java.nio.file.Path;

/**
 * The context of the maintenance of any table.
 *
 * @param journal names the files of commits that are under way
 * @param home the server's own folder, which no table may hold
 */
public record MaintenanceContext(
        Catalogs catalogs,
        ScanPlanner planner,
        Committer committer,
        CommitJournal journal,
        TableLocks turns,
        Path home) {}
