package dev.nerium.lake;

import java.nio.file.Path;

/**
 * What the maintenance of any table needs.
 *
 * @param journal names the files of commits that are under way
 * @param home the server's own folder, which no table may hold
 */
record Upkeep(
        Catalogs catalogs,
        ScanPlanner planner,
        Committer committer,
        CommitJournal journal,
        TableTurns turns,
        Path home) {}
