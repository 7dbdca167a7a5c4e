/**
 * Commits: one atomic commit for each run, which a crash neither repeats nor loses.
 *
 * <p>Takes: staged files of a run. Gives: a snapshot. Owns: the commit journal and the lock of each table. May call:
 * {@code error}, {@code lake.catalog}, {@code lake.io}, {@code lake.name}, {@code lake.write}. Never: deletes a file
 * that a table may have.
 */
@NullMarked
package dev.nerium.lake.commit;

import org.jspecify.annotations.NullMarked;
