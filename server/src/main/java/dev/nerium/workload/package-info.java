/**
 * The story of a workload: authorize, resolve, run, commit, record.
 *
 * <p>Takes: a checked request and its key. Gives: rows or a committed table. Also runs compactions, in workers. Owns:
 * nothing; active runs are in {@code workload.live}. May call: {@code audit}, {@code auth}, {@code config}, {@code distributed},
 * {@code error}, {@code grant}, {@code lake}, {@code lake.access}, {@code lake.command}, {@code lake.files},
 * {@code lake.io}, {@code lake.maintenance}, {@code lake.name}, {@code lake.rest}, {@code lake.scan},
 * {@code lake.staging}, {@code lake.table}, {@code lake.write}, {@code observe}, {@code quota}, {@code result},
 * {@code result.spool}, {@code run}, {@code sandbox}, {@code sandbox.admission}, {@code sandbox.job}, {@code variable},
 * {@code workload.cache}, {@code workload.cluster}, {@code workload.lineage}, {@code workload.live},
 * {@code workload.request}, {@code workload.results}, {@code workload.tables}. Never: knows of HTTP.
 */
@NullMarked
package dev.nerium.workload;

import org.jspecify.annotations.NullMarked;
