/**
 * The audit trail: who changed what, and which attempts were denied.
 *
 * <p>Takes: changes, from every door. Gives: finished events, in batches, for the table of them. Owns: their rows in the state
 * database. May call: {@code auth}, {@code error}, {@code store}. Never: has a secret or a value of a row.
 */
@NullMarked
package dev.nerium.audit;

import org.jspecify.annotations.NullMarked;
