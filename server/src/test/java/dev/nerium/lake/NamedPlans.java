package dev.nerium.lake;

import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.scan.ScanPlanner;
import dev.nerium.lake.table.PinnedTable;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.Table;
import org.apache.iceberg.expressions.Expression;
import org.apache.iceberg.expressions.ExpressionParser;

/** Plans of tables, made by one planner, and how their files are to be read. */
public final class NamedPlans {
    private final ScanPlanner planner = new ScanPlanner(10_000);

    /** The columns of the first file with ids and types; empty where the files can't be read by names. */
    public Optional<String> stored(ForeignTable t) {
        return shown(plan(t));
    }

    public Optional<String> stored(ForeignTable t, Expression filter) {
        return shown(planner.plan(pinned(t), Optional.of(ExpressionParser.toJson(filter)), OptionalLong.empty()));
    }

    public ScanPlan plan(ForeignTable t) {
        return plan(t, OptionalLong.empty());
    }

    public ScanPlan plan(ForeignTable t, OptionalLong limit) {
        return planner.plan(pinned(t), Optional.empty(), limit);
    }

    ScanPlan plan(Table table) {
        return planner.plan(pinned(table), Optional.empty(), OptionalLong.empty());
    }

    private static String shown(org.apache.iceberg.Schema schema) {
        return schema.columns().stream()
                .map(column -> "%s(%d): %s".formatted(column.name(), column.fieldId(), column.type()))
                .toList()
                .toString();
    }

    private static Optional<String> shown(ScanPlan plan) {
        return plan.storedSchemaJson().map(SchemaParser::fromJson).map(NamedPlans::shown);
    }

    private static PinnedTable pinned(ForeignTable t) {
        t.table().refresh();
        return pinned(t.table());
    }

    private static PinnedTable pinned(Table table) {
        String location = ((HasTableOperations) table).operations().current().metadataFileLocation();
        return PinnedTable.current(TestLake.name("t"), table, location);
    }
}
