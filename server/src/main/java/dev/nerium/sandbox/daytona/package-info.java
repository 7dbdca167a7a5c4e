/**
 * Workers in Daytona's cloud, by its REST API.
 *
 * <p>Takes: the resources of a tier, chunks for a worker's pipes, files. Gives: a process with the interface of a local
 * one. Owns: the sandboxes with this server's label. May call: {@code config}, {@code error}. Never: parses the
 * messages in the pipes.
 */
@NullMarked
package dev.nerium.sandbox.daytona;

import org.jspecify.annotations.NullMarked;
