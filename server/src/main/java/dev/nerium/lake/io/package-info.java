/**
 * The files of catalogs: local folders and object stores behind one interface.
 *
 * <p>Takes: locations in table metadata. Gives: files to read and write, if a table may have them there. Owns: the list
 * of allowed folders, temporary files. May call: {@code config}, {@code error}, {@code lake.storage}. Never: opens a
 * location that a table names without checking it.
 */
@NullMarked
package dev.nerium.lake.io;

import org.jspecify.annotations.NullMarked;
