package dev.nerium.distributed;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.DistributedConfig;
import dev.nerium.distributed.Submission.StoredFile;
import dev.nerium.lake.io.StorageCredentials;
import dev.nerium.lake.table.TableLocation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A submission as the submitter reads it. */
final class SubmissionMessage {
    /** Iceberg's names of a store's settings, and those that Polars has. */
    private static final Map<String, String> SETTINGS = Map.of(
            "s3.access-key-id", "AccessKeyId",
            "s3.secret-access-key", "SecretAccessKey",
            "s3.session-token", "Token",
            "client.region", "Region",
            "s3.endpoint", "Endpoint");

    private final DistributedConfig config;
    private final List<StorageCredentials> stores = new ArrayList<>();

    private SubmissionMessage(DistributedConfig config) {
        this.config = config;
    }

    static void write(Submission submission, DistributedConfig config, ObjectNode message) {
        switch (submission) {
            case Submission.SqlSubmission statement -> write(statement, message);
            case Submission.PlanSubmission plans -> new SubmissionMessage(config).write(plans, message);
        }
    }

    private static void write(Submission.SqlSubmission submission, ObjectNode message) {
        message.put("statement", submission.statement()).put("staging", submission.staging());
        ObjectNode tables = message.putObject("tables");
        submission.tables().forEach((name, table) -> write(table, tables.putObject(name)));
    }

    private static void write(TableLocation table, ObjectNode node) {
        node.put("metadata", table.metadata());
        node.put("branch", table.branch().orElse(null));
        if (table.snapshot().isPresent()) {
            node.put("snapshot", table.snapshot().getAsLong());
        } else {
            node.putNull("snapshot");
        }
    }

    private void write(Submission.PlanSubmission submission, ObjectNode message) {
        message.put("plan", submission.root());
        ArrayNode tables = message.putArray("tables");
        submission
                .tables()
                .forEach((handle, plan) ->
                        tables.addObject().put("table", handle).put("plan", plan));
        ObjectNode files = message.putObject("files");
        submission
                .files()
                .forEach((name, file) ->
                        files.putArray(name).add(file.location()).add(store(file)));
        message.putObject("staging")
                .put("uri", submission.staging().location())
                .put("store", store(submission.staging()));
        machines(submission.wanted(), message);
        ArrayNode settings = message.putArray("stores");
        stores.forEach(store -> write(store, settings.addArray()));
    }

    /** Index of the storage properties of a file; equal properties are written once. */
    private int store(StoredFile file) {
        int known = stores.indexOf(file.keys());
        if (known >= 0) {
            return known;
        }
        stores.add(file.keys());
        return stores.size() - 1;
    }

    private void machines(ClusterSize wanted, ObjectNode message) {
        DistributedConfig.PolarsCloud cloud = config.polarsCloud();
        int count = wanted.count().orElse(cloud.clusterSize());
        String type = wanted.type().orElse(cloud.instanceType());
        message.put("instance_type", type.isEmpty() ? null : type)
                .put("cluster_size", count)
                .put(
                        "min_workers",
                        config.backend() == DistributedConfig.Backend.POLARS_CLOUD
                                ? count
                                : config.polarsOnPrem().minWorkers());
    }

    private static void write(StorageCredentials keys, ArrayNode node) {
        Map<String, String> settings = keys.settings();
        BiConsumer<String, String> put =
                (name, value) -> node.addArray().add(name).add(value);
        SETTINGS.forEach((iceberg, polars) -> {
            if (settings.containsKey(iceberg)) {
                put.accept(polars, settings.get(iceberg));
            }
        });
        boolean byPath = Boolean.parseBoolean(settings.getOrDefault("s3.path-style-access", "false"));
        put.accept("VirtualHostedStyleRequest", String.valueOf(!byPath));
        if (settings.getOrDefault("s3.endpoint", "").startsWith("http://")) {
            node.addArray()
                    .add(JsonNodeFactory.instance.objectNode().put("Client", "AllowHttp"))
                    .add("true");
        }
    }
}
