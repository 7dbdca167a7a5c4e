/**
 * Jobs and their outcomes: values, without input or output.
 *
 * <p>Takes and gives: records. Owns: nothing. May call: {@code config}, {@code error}, {@code lake.command}, {@code lake.name},
 * {@code lake.scan}, {@code lake.write}, {@code run}, {@code variable}. Never: reads or writes a file.
 */
@NullMarked
package dev.nerium.sandbox.job;

import org.jspecify.annotations.NullMarked;
