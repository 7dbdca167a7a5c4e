package dev.nerium.lake.rest;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.apache.iceberg.BaseFileScanTask;
import org.apache.iceberg.DeleteFile;
import org.apache.iceberg.FileScanTask;
import org.apache.iceberg.PartitionSpecParser;
import org.apache.iceberg.Scan;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ResidualEvaluator;
import org.apache.iceberg.io.CloseableIterable;
import org.apache.iceberg.rest.CatalogHandlers;
import org.apache.iceberg.rest.requests.CreateTableRequest;
import org.apache.iceberg.rest.requests.PlanTableScanRequest;
import org.apache.iceberg.rest.requests.RegisterTableRequest;
import org.apache.iceberg.rest.requests.RenameTableRequest;
import org.apache.iceberg.rest.requests.UpdateTableRequest;
import org.apache.iceberg.rest.responses.ListTablesResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.apache.iceberg.rest.responses.PlanTableScanResponse;

/** The tables of a catalog. Thread-safe. */
record RestTables(ServedCatalog catalog, CommitValidator commits, RestRights rights) {
    CatalogResponse list(CatalogRequest call) {
        VisiblePage<TableIdentifier> page =
                VisiblePage.of(call, catalog.catalog().listTables(call.namespace()), rights::sees);
        return Replies.of(ListTablesResponse.builder()
                .addAll(page.items())
                .nextPageToken(page.next())
                .build());
    }

    /** Returns "not modified" to a client that has this version. */
    CatalogResponse load(CatalogRequest call) {
        TableMetadata metadata = catalog.load(call.table());
        boolean refs = "refs".equals(call.query().getOrDefault("snapshots", "").toLowerCase(Locale.ROOT));
        String tag = tag(metadata.metadataFileLocation() + (refs ? " refs" : ""));
        if (call.ifNoneMatch().filter(tag::equals).isPresent()) {
            return CatalogResponse.unchanged(tag);
        }
        TableMetadata shown = refs
                ? TableMetadata.buildFrom(metadata)
                        .withMetadataLocation(metadata.metadataFileLocation())
                        .suppressHistoricalSnapshots()
                        .build()
                : metadata;
        return Replies.of(LoadTableResponse.builder().withTableMetadata(shown).build(), Optional.of(tag));
    }

    CatalogResponse exists(CatalogRequest call) {
        catalog.load(call.table());
        return CatalogResponse.NOTHING;
    }

    CatalogResponse create(CatalogRequest call) {
        CreateTableRequest request = RestJson.read(call.body(), CreateTableRequest.class);
        catalog.requireExists(call.namespace());
        catalog.requireName(call.namespace(), request.name());
        Optional.ofNullable(request.location()).ifPresent(location -> catalog.requireAllowed("location", location));
        catalog.requireAllowed(Objects.requireNonNullElse(request.properties(), Map.of()));
        TableIdentifier table = TableIdentifier.of(call.namespace(), request.name());
        catalog.requireFree(
                table,
                Optional.ofNullable(request.location()).stream().toList(),
                Objects.requireNonNullElse(request.properties(), Map.of()));
        if (request.stageCreate()) {
            LoadTableResponse staged = CatalogHandlers.stageTableCreate(catalog.catalog(), call.namespace(), request);
            catalog.makeFolders(staged.tableMetadata().location());
            return Replies.of(staged);
        }
        return tagged(catalog.withTableLock(
                () -> CatalogHandlers.createTable(catalog.catalog(), call.namespace(), request), table));
    }

    CatalogResponse register(CatalogRequest call) {
        RegisterTableRequest request = RestJson.read(call.body(), RegisterTableRequest.class);
        catalog.requireExists(call.namespace());
        catalog.requireName(call.namespace(), request.name());
        TableIdentifier table = TableIdentifier.of(call.namespace(), request.name());
        catalog.requireOwn(catalog.besides(table), "metadata-location", request.metadataLocation());
        commits.check(table, catalog.read(request.metadataLocation()));
        return tagged(catalog.withTableLock(
                () -> CatalogHandlers.registerTable(catalog.catalog(), call.namespace(), request), table));
    }

    CatalogResponse update(CatalogRequest call) {
        UpdateTableRequest request = RestJson.read(call.body(), UpdateTableRequest.class);
        catalog.requireName(call.table().namespace(), call.table().name());
        commits.check(call.table(), request.updates());
        try {
            return tagged(catalog.withTableLock(
                    () -> CatalogHandlers.updateTable(catalog.catalog(), call.table(), request), call.table()));
        } catch (NullPointerException | IllegalStateException e) {
            // Iceberg uses these values without checking them.
            CommitRehearsal.of(catalog, call.table(), request.updates()).requireApplicable();
            throw e;
        }
    }

    CatalogResponse rename(CatalogRequest call) {
        RenameTableRequest request = RestJson.read(call.body(), RenameTableRequest.class);
        catalog.requireNotSystemTable(request.source().namespace());
        catalog.requireNotSystemTable(request.destination().namespace());
        catalog.requireExists(request.destination().namespace());
        catalog.requireName(
                request.destination().namespace(), request.destination().name());
        return catalog.withTableLock(
                () -> {
                    CatalogHandlers.renameTable(catalog.catalog(), request);
                    return CatalogResponse.NOTHING;
                },
                request.source(),
                request.destination());
    }

    CatalogResponse drop(CatalogRequest call) {
        return catalog.withTableLock(
                () -> {
                    if (!catalog.catalog().dropTable(call.table(), call.purge())) {
                        throw new NoSuchTableException("Table does not exist: %s", call.table());
                    }
                    return CatalogResponse.NOTHING;
                },
                call.table());
    }

    /** Returns the whole plan at once, so that no state is needed. */
    CatalogResponse plan(CatalogRequest call) {
        PlanTableScanRequest request = RestJson.read(call.body(), PlanTableScanRequest.class);
        Optional<Expression> wider = Optional.ofNullable(request.filter())
                .flatMap(filter -> PlannableFilter.wider(
                        filter, catalog.catalog().loadTable(call.table()), request.caseSensitive()));
        PlanTableScanRequest planned =
                wider.map(filter -> filteredBy(filter, request)).orElse(request);
        PlanTableScanResponse plan = CatalogHandlers.planTableScan(
                catalog.catalog(), call.table(), planned, scan -> false, RestTables::files);
        try {
            return Replies.of(wider.isEmpty() ? plan : withResidual(plan, request.filter()));
        } finally {
            CatalogHandlers.cancelPlanTableScan(plan.planId());
        }
    }

    /** Removes the limit if the filter is widened: that number of rows of the wider filter may have fewer rows of the request's. */
    private static PlanTableScanRequest filteredBy(Expression filter, PlanTableScanRequest request) {
        return PlanTableScanRequest.builder()
                .withSnapshotId(request.snapshotId())
                .withSelect(request.select())
                .withFilter(filter)
                .withCaseSensitive(request.caseSensitive())
                .withUseSnapshotSchema(request.useSnapshotSchema())
                .withStartSnapshotId(request.startSnapshotId())
                .withEndSnapshotId(request.endSnapshotId())
                .withStatsFields(request.statsFields())
                .build();
    }

    /** Has the client look for the filter's rows in each file. */
    private static PlanTableScanResponse withResidual(PlanTableScanResponse plan, Expression filter) {
        ResidualEvaluator residual = ResidualEvaluator.unpartitioned(filter);
        List<FileScanTask> tasks = plan.fileScanTasks().stream()
                .<FileScanTask>map(task -> new BaseFileScanTask(
                        task.file(),
                        task.deletes().toArray(DeleteFile[]::new),
                        SchemaParser.toJson(task.schema()),
                        PartitionSpecParser.toJson(task.spec()),
                        residual))
                .toList();
        return plan.toBuilder().withFileScanTasks(tasks).build();
    }

    /** At least 1: Iceberg allocates space for this number of files in advance. */
    private static int files(Scan<?, FileScanTask, ?> scan) {
        int files = 0;
        try (CloseableIterable<FileScanTask> tasks = scan.planFiles()) {
            for (FileScanTask _ : tasks) {
                files++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The plan can't be closed", e);
        }
        return Math.max(1, files);
    }

    private static CatalogResponse tagged(LoadTableResponse response) {
        return Replies.of(
                response, Optional.ofNullable(response.metadataLocation()).map(RestTables::tag));
    }

    /** A metadata file never changes, so its name identifies its content. */
    private static String tag(String version) {
        return '"'
                + UUID.nameUUIDFromBytes(version.getBytes(StandardCharsets.UTF_8))
                        .toString()
                + '"';
    }
}
