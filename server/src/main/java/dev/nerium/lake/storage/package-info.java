/**
 * Objects of stores such as S3, brought to this machine's disk for workers to read.
 *
 * <p>Takes: the objects of a plan and the columns that are read. Gives: files that have these bytes, and holes elsewhere.
 * Owns: the cache folder. May call: {@code config}, {@code error}. Never: reads a byte twice that it still has, or shows a
 * worker a key.
 */
@NullMarked
package dev.nerium.lake.storage;

import org.jspecify.annotations.NullMarked;
