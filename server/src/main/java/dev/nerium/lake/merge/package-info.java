/**
 * Merge on read: delete files and deletion vectors for rows that are replaced.
 *
 * <p>Takes: positions of replaced rows. Gives: files of deletes. Owns: nothing. May call: {@code error},
 * {@code lake.commit}, {@code lake.scan}, {@code lake.write}. Never: changes a data file.
 */
@NullMarked
package dev.nerium.lake.merge;

import org.jspecify.annotations.NullMarked;
