/**
 * Runs workloads and statements on a server, and prints their results and errors.
 *
 * <p>Takes: texts and options. Gives: output. Owns: the run that is active, which Ctrl-C cancels. May call:
 * {@code cli.client}, {@code cli.output}, {@code cli.shell}, {@code cli.statement}, {@code run}. Never: reads options of
 * a command line.
 */
@NullMarked
package dev.nerium.cli.workload;

import org.jspecify.annotations.NullMarked;
