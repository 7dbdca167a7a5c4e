/**
 * How a worker process is confined on this machine: bubblewrap, gVisor, Daytona, or not at all.
 *
 * <p>Takes: a tier and a folder. Gives: a started process. Owns: the runtime's folder. May call: {@code config},
 * {@code error}, {@code sandbox.daytona}, {@code sandbox.job}, {@code sandbox.process}. Never: weakens isolation without
 * being told to.
 */
@NullMarked
package dev.nerium.sandbox.isolation;

import org.jspecify.annotations.NullMarked;
