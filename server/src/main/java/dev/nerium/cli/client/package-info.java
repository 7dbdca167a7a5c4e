/**
 * The client of a server's HTTP API, and the keys on this machine.
 *
 * <p>Takes: requests. Gives: replies. Owns: nothing. May call: {@code audit}, {@code auth}, {@code cli.shell}, {@code config}, {@code error}, {@code lake.name}, {@code run}, {@code store}. Never: prints.
 */
@NullMarked
package dev.nerium.cli.client;

import org.jspecify.annotations.NullMarked;
