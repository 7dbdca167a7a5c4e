/**
 * Workers in Daytona's cloud, by its REST API.
 *
 * <p>Takes: what a tier needs, chunks for a worker's pipes, files. Gives: a process that looks like a local one. Owns: the
 * sandboxes with this server's label. May call: {@code config}, {@code error}. Never: knows what the pipes say.
 */
@NullMarked
package dev.nerium.sandbox.daytona;

import org.jspecify.annotations.NullMarked;
