/**
 * The stored events of Nerium's own runs.
 *
 * <p>Takes: events as texts. Gives: the same. Owns: their table, and the dictionaries by which they are compressed.
 * May call: {@code store}. Never: reads what an event is about.
 */
@NullMarked
package dev.nerium.observe.events;

import org.jspecify.annotations.NullMarked;
