package dev.nerium.workload;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.Baseline;
import dev.nerium.lake.BroughtObjects;
import dev.nerium.lake.Candidates;
import dev.nerium.lake.CompactionOrder;
import dev.nerium.lake.CompactionStep;
import dev.nerium.lake.FileSettings;
import dev.nerium.lake.Lake;
import dev.nerium.lake.SaveMode;
import dev.nerium.lake.ScanPlan;
import dev.nerium.lake.Scratch;
import dev.nerium.lake.WriteModes;
import dev.nerium.lake.WriteTarget;
import dev.nerium.sandbox.JobHost;
import dev.nerium.sandbox.PlanAsk;
import dev.nerium.sandbox.TableDescription;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The lake as the worker of a compaction sees it: one table, which has the files of the step and no others. */
final class CompactionHost implements JobHost, AutoCloseable {
    private final Lake lake;
    private final CompactionStep step;
    private final CompactionOrder order;
    private final Scratch scratch;
    private final BroughtObjects objects;
    private Optional<WriteTarget> target = Optional.empty();

    CompactionHost(Lake lake, CompactionStep step, CompactionOrder order) {
        this.lake = lake;
        this.step = step;
        this.order = order;
        this.scratch = lake.scratch();
        this.objects = lake.objects(scratch);
    }

    TableDescription table() {
        return new TableDescription(
                0, step.table().reference().name().toString(), step.table().schemaJson());
    }

    /** The table as a destination, once the worker asked how to write. */
    Optional<WriteTarget> target() {
        return target;
    }

    @Override
    public ScanPlan plan(PlanAsk ask) {
        return objects.bring(step.table(), step.plan(), ask.columns());
    }

    @Override
    public void stop() {
        objects.stop();
    }

    @Override
    public void close() {
        objects.close();
        scratch.close();
    }

    /** The rows are read, not counted. */
    @Override
    public OptionalLong count(int handle) {
        return OptionalLong.empty();
    }

    @Override
    public boolean hasTable(int handle) {
        return handle == 0;
    }

    @Override
    public boolean hasField(int handle, String path) {
        return hasTable(handle) && step.table().hasField(path);
    }

    @Override
    public WriteOrder write(String schemaJson) {
        WriteTarget prepared = lake.prepare(
                step.table().reference().name(),
                WriteModes.strict(SaveMode.Plain.APPEND),
                Baseline.NOTHING,
                schemaJson);
        target = Optional.of(prepared);
        FileSettings settings = prepared.settings();
        return new WriteOrder(
                prepared.schemaJson(),
                prepared.specJson(),
                prepared.orderJson(),
                order.targetFileBytes().isPresent()
                        ? settings.withTargetFileBytes(order.targetFileBytes().getAsLong())
                        : settings,
                Optional.empty());
    }

    @Override
    public Candidates candidates(Optional<String> filter) {
        throw NeriumException.invalid("A compaction merges into no table.");
    }

    @Override
    public void progress(long rows) {
        // A compaction is not followed.
    }

    @Override
    public TableDescription table(String name) {
        throw onlyOneTable();
    }

    @Override
    public List<String> namespaces() {
        throw onlyOneTable();
    }

    @Override
    public List<String> tables(String namespace) {
        throw onlyOneTable();
    }

    @Override
    public TableMetadata metadata(String name) {
        throw onlyOneTable();
    }

    @Override
    public CatalogAnswer catalog(CatalogRequest request) {
        throw onlyOneTable();
    }

    private static NeriumException onlyOneTable() {
        return NeriumException.invalid("A compaction sees one table and no other.");
    }
}
