/**
 * Grants: rights of keys and groups on tables, views, schemas, catalogs and folders of files.
 *
 * <p>Takes: a principal. Gives: its rights, by one class that decides for every way in. Owns: the grants. May call: {@code auth}, {@code config},
 * {@code error}, {@code lake.access}, {@code lake.command}, {@code lake.name}, {@code store}. Never: gives a right to a key that no grant names, once there is a grant.
 */
@NullMarked
package dev.nerium.grant;

import org.jspecify.annotations.NullMarked;
