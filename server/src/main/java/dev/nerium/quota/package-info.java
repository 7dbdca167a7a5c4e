/**
 * Quotas of keys and groups.
 *
 * <p>Takes: a run that is to begin. Gives: its admission, or a refusal that names the limit. Owns: the quotas, and the use
 * of the runs of this server. May call: {@code auth}, {@code error}, {@code run.usage}, {@code store}. Never: starts or
 * ends a run.
 */
@NullMarked
package dev.nerium.quota;

import org.jspecify.annotations.NullMarked;
