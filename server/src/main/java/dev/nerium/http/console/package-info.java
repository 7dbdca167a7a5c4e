/**
 * The web console.
 *
 * <p>Takes: nothing. Gives: the files of the console, which a build of {@code console/} put into the jar. Owns:
 * nothing. May call: {@code error}, {@code http.common}. Never: looks at a file outside of the jar.
 */
@NullMarked
package dev.nerium.http.console;

import org.jspecify.annotations.NullMarked;
