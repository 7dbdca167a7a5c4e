/**
 * Routes for quotas and usage.
 *
 * <p>Takes: bodies. Gives: quotas, and what the runs of keys used. Owns: nothing. May call: {@code audit}, {@code auth}, {@code config},
 * {@code error}, {@code http.common}, {@code quota}, {@code run.usage}. Never: shows a key the usage of another key.
 */
@NullMarked
package dev.nerium.http.quota;

import org.jspecify.annotations.NullMarked;
