/**
 * Objects of stores such as S3, fetched to the local disk for workers.
 *
 * <p>Takes: the objects of a plan, the columns that are read and the choice of row groups. Gives: files that have these
 * bytes, and holes elsewhere. Owns: the cache folder. May call: {@code config}, {@code error}, {@code lake.footer}. Never: fetches a cached byte again,
 * evicts an object that a run holds ({@code CacheLease}), or gives a worker a credential of the store.
 */
@NullMarked
package dev.nerium.lake.storage;

import org.jspecify.annotations.NullMarked;
