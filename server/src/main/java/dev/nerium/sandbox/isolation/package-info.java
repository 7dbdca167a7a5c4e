/**
 * The isolation of a worker process on this machine: bubblewrap, gVisor, Daytona, or not at all.
 *
 * <p>Takes: a tier and a folder. Gives: a started process. Owns: the runtime's folder. May call: {@code config},
 * {@code error}, {@code sandbox.daytona}, {@code sandbox.job}, {@code sandbox.process}. Never: weakens isolation without
 * an explicit setting.
 */
@NullMarked
package dev.nerium.sandbox.isolation;

import org.jspecify.annotations.NullMarked;
