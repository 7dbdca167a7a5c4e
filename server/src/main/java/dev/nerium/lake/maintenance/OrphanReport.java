package dev.nerium.lake.maintenance;

import java.util.List;

/**
 * Files that no snapshot of the table knows.
 *
 * @param removed or, in a dry run, what would be
 * @param recent those that are too young to go
 * @param failed files that should have gone and could not be deleted
 * @param reachable how many files the table's metadata refers to
 * @param broken other tables, whose metadata can't be read: their folders were left alone
 */
public record OrphanReport(
        MaintenanceMode effect,
        FileSummary removed,
        FileSummary recent,
        FileSummary failed,
        long reachable,
        List<String> broken) {
    public OrphanReport {
        broken = List.copyOf(broken);
    }

    OrphanReport besides(List<String> tables) {
        return new OrphanReport(effect, removed, recent, failed, reachable, tables);
    }
}
