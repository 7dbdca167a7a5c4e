/**
 * Plans and commits of compactions, expiration of snapshots, removal of orphan files, rollback.
 *
 * <p>Takes: options of each. Gives: a report. Owns: nothing. May call: {@code error}, {@code lake.catalog},
 * {@code lake.commit}, {@code lake.io}, {@code lake.name}, {@code lake.refs}, {@code lake.scan}, {@code lake.table}, {@code lake.write}.
 * Never: deletes a file that a remaining snapshot uses.
 */
@NullMarked
package dev.nerium.lake.maintenance;

import org.jspecify.annotations.NullMarked;
