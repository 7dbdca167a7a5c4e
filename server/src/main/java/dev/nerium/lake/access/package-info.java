/**
 * Rights on tables, views, schemas, catalogs and folders of files.
 *
 * <p>Takes: names. Gives: the answer whether a key may do something with what they name. Owns: the words of rights. May call: {@code error},
 * {@code lake.name}. Never: decides who has a right; a package above the lake does.
 */
@NullMarked
package dev.nerium.lake.access;

import org.jspecify.annotations.NullMarked;
