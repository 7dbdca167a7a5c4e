/**
 * Settings as a tree of names and values.
 *
 * <p>Takes: the defaults, layers of settings, environment variables, files with secrets. Gives: the effective tree with the origin of
 * each value. Owns: the rule for the names of variables. May call: {@code error}. Never: interprets a value.
 */
@NullMarked
package dev.nerium.config.tree;

import org.jspecify.annotations.NullMarked;
