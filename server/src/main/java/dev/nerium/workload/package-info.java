/**
 * The story of a workload: authorize, resolve, run, commit, record.
 *
 * <p>Takes: a checked request and who sent it. Gives: rows or a committed table. Owns: the runs that are under way. May
 * call: every package that the story needs. Never: knows of HTTP.
 */
@NullMarked
package dev.nerium.workload;

import org.jspecify.annotations.NullMarked;
