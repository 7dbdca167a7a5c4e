/**
 * Output for people: tables, CSV, progress.
 *
 * <p>Takes: rows and reports. Gives: text. Owns: nothing. May call: {@code cli.client}, {@code cli.shell},
 * {@code config}, {@code error}. Never: sends a request to a server.
 */
@NullMarked
package dev.nerium.cli.output;

import org.jspecify.annotations.NullMarked;
