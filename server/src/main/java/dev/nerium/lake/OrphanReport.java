package dev.nerium.lake;

/**
 * Files that no snapshot of the table knows.
 *
 * @param removed or, in a dry run, what would be
 * @param recent those that are too young to go
 * @param failed files that should have gone and could not be deleted
 * @param reachable how many files the table's metadata refers to
 */
public record OrphanReport(Effect effect, FileList removed, FileList recent, FileList failed, long reachable) {}
