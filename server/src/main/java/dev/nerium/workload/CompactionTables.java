package dev.nerium.workload;

import dev.nerium.lake.Lake;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.CompactionStep;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.scan.LocalizedFiles;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.write.BaseSnapshot;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.lake.write.WriteProperties;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.util.Optional;
import java.util.OptionalLong;

/** The lake as the worker of a compaction sees it: one table, which has the files of the step and no others. */
final class CompactionTables implements WorkerCallbacks, AutoCloseable {
    private final Lake lake;
    private final CompactionStep step;
    private final CompactionOptions order;
    private final TemporaryFiles scratch;
    private final LocalizedFiles objects;
    private Optional<WriteTarget> target = Optional.empty();

    CompactionTables(Lake lake, CompactionStep step, CompactionOptions order) {
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
    public ScanPlan plan(PlanRequest ask) {
        return objects.localize(step.table(), step.plan(), Optional.empty(), ask.columns());
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
    public String nameOf(int handle) {
        return step.table().reference().toString();
    }

    @Override
    public WriteInstructions write(String schemaJson) {
        WriteTarget prepared = lake.prepare(
                TableBranch.main(step.table().reference().name()),
                WriteModes.strict(SaveMode.Plain.APPEND),
                BaseSnapshot.NOTHING,
                schemaJson);
        target = Optional.of(prepared);
        WriteProperties settings = prepared.settings();
        return new WriteInstructions(
                prepared.schemaJson(),
                prepared.specJson(),
                prepared.orderJson(),
                order.targetFileBytes().isPresent()
                        ? settings.withTargetFileBytes(order.targetFileBytes().getAsLong())
                        : settings,
                Optional.empty());
    }
}
