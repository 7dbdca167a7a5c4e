/**
 * The messages between the server and a worker.
 *
 * <p>Takes: bytes of a worker. Gives: checked messages. Owns: the pipe. May call: {@code error}, {@code lake.command}, {@code lake.name},
 * {@code lake.scan},
 * {@code lake.write}, {@code run}, {@code sandbox.job}. Never: trusts what a worker sends.
 */
@NullMarked
package dev.nerium.sandbox.protocol;

import org.jspecify.annotations.NullMarked;
