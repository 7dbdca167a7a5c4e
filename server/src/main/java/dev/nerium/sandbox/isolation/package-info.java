/**
 * Starts isolated workers: with bubblewrap, gVisor or without isolation on this machine, or at Daytona.
 *
 * <p>Takes: a tier and a folder. Gives: a started process. Owns: the runtime's folder. May call: {@code config},
 * {@code error}, {@code sandbox.daytona}, {@code sandbox.job}, {@code sandbox.process}. Never: weakens isolation without
 * an explicit setting.
 */
@NullMarked
package dev.nerium.sandbox.isolation;

import org.jspecify.annotations.NullMarked;
