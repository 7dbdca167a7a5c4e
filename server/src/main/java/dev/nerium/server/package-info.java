/**
 * A server: its services, their start and their end, and its home.
 *
 * <p>Takes: a configuration. Gives: a running server. Owns: the lock of the home, the file with the server's address,
 * the first key. May call: {@code audit}, {@code auth}, {@code auth.oidc}, {@code auth.session}, {@code config},
 * {@code distributed}, {@code error}, {@code grant}, {@code http}, {@code http.catalog}, {@code http.common},
 * {@code http.connection}, {@code http.console}, {@code http.grant}, {@code http.key}, {@code http.lineage}, {@code http.ops},
 * {@code http.quota}, {@code http.run}, {@code http.session}, {@code http.variable}, {@code http.workload},
 * {@code lake}, {@code lake.access}, {@code lake.catalog}, {@code lake.files}, {@code lake.io}, {@code lake.name},
 * {@code lake.rest}, {@code lake.staging}, {@code observe}, {@code observe.lineage}, {@code observe.metrics},
 * {@code observe.telemetry}, {@code observe.trace}, {@code quota}, {@code result.spool}, {@code run},
 * {@code run.usage}, {@code sandbox}, {@code sandbox.job}, {@code store}, {@code variable}, {@code workload},
 * {@code workload.cache}, {@code workload.cluster}, {@code workload.live}, {@code workload.results}. Never: knows of
 * a request.
 */
@NullMarked
package dev.nerium.server;

import org.jspecify.annotations.NullMarked;
