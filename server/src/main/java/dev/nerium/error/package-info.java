/**
 * Failures that are reported to a client.
 *
 * <p>Takes: a code and a sentence. Gives: the only exception type of the program, with a kind that determines the HTTP
 * status. Owns: nothing. May call: nothing. Never: depends on the HTTP server.
 */
@NullMarked
package dev.nerium.error;

import org.jspecify.annotations.NullMarked;
