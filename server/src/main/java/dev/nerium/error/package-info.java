/**
 * Failures that a client is told about.
 *
 * <p>Takes: a code and a sentence. Gives: the one exception of the program, with a kind that decides the HTTP status. Owns:
 * nothing. May call: nothing. Never: knows of HTTP.
 */
@NullMarked
package dev.nerium.error;

import org.jspecify.annotations.NullMarked;
