package dev.nerium.server;

import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.Submitter;
import dev.nerium.lake.staging.StagingTables;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.workload.ComputeSelector;
import dev.nerium.workload.cluster.ClusterEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** The engines that execute jobs: the sandbox of this machine, and the cluster where one is configured. */
record Engines(
        Sandbox sandbox, Optional<Submitter> submitter, Optional<ClusterEngine> cluster, ComputeSelector compute) {
    static Engines start(NeriumConfig config, CoreServices core, CloseableStack open) throws IOException {
        String server = core.runs().server();
        Sandbox sandbox = open.add(core.sandbox().take());
        Optional<Submitter> submitter = Submitter.of(config);
        submitter.ifPresent(engine -> open.add(engine).warm());
        Backend backend = config.distributed().backend();
        Optional<ClusterEngine> cluster = submitter.map(
                engine -> new ClusterEngine(engine, new StagingTables(staging(config), server), kind(backend)));
        return new Engines(sandbox, submitter, cluster, new ComputeSelector(sandbox, backend));
    }

    Optional<ClusterTask.Kind> clusterKind() {
        return cluster.map(ClusterEngine::kind);
    }

    private static ClusterTask.Kind kind(Backend backend) {
        return backend == Backend.SPARK_CONNECT ? ClusterTask.Kind.SPARK : ClusterTask.Kind.POLARS;
    }

    private static Path staging(NeriumConfig config) {
        String configured = config.distributed().stagingFolder();
        return config.home().resolve(configured.isEmpty() ? "lake/staging" : configured);
    }
}
