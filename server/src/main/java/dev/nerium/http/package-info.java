/**
 * HTTP, and nothing else.
 *
 * <p>Takes: requests. Gives: the contract's replies. Owns: routes, bodies, status codes. May call: {@code auth}, {@code
 * workload}, {@code run}, {@code result}, {@code error}. Never: decides anything that a command line or a test without
 * HTTP would have to decide again.
 */
@NullMarked
package dev.nerium.http;

import org.jspecify.annotations.NullMarked;
