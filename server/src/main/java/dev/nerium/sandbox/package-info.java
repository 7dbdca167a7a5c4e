/**
 * Workers and their isolation.
 *
 * <p>Takes: a job and a host that answers what the worker asks. Gives: an outcome. Owns: worker processes, their folders,
 * cgroups and limits. May call: {@code config}, {@code error}, the records of {@code lake}. Never: trusts what a worker
 * sends, or hands it a credential.
 */
@NullMarked
package dev.nerium.sandbox;

import org.jspecify.annotations.NullMarked;
