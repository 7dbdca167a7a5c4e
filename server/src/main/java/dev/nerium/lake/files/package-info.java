/**
 * Files outside of the lake that SQL reads: the operator's locations, and copies of files below them.
 *
 * <p>Takes: paths of a user, and the locations that the operator allows. Gives: copies of regular files below the
 * locations. Owns: the open descriptor of each file while it is copied. May call: {@code config}, {@code error}, {@code lake.access}. Never:
 * opens a path for reading before the kernel has said where the path leads.
 */
@NullMarked
package dev.nerium.lake.files;

import org.jspecify.annotations.NullMarked;
