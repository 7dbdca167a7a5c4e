/**
 * Settings.
 *
 * <p>Takes: the home's {@code nerium.yaml}, flags, the environment. Gives: a tree of records. Owns: the defaults. May
 * call: {@code config.tree}. Never: is bypassed; no other package reads the environment.
 */
@NullMarked
package dev.nerium.config;

import org.jspecify.annotations.NullMarked;
