/**
 * The program: entry point and wiring.
 *
 * <p>Takes: a configuration. Gives: a running server. Owns: the life of every service. May call: every package. Never:
 * does any work itself.
 */
@NullMarked
package dev.nerium;

import org.jspecify.annotations.NullMarked;
