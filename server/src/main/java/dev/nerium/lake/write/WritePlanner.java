package dev.nerium.lake.write;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.Catalogs;
import dev.nerium.lake.catalog.TableDefinition;
import dev.nerium.lake.catalog.TableLoader;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.table.TableSupport;
import dev.nerium.lake.write.SaveMode.Merge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SnapshotRef;
import org.apache.iceberg.SortField;
import org.apache.iceberg.SortOrder;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Type.TypeID;
import org.apache.iceberg.types.TypeUtil;
import org.apache.iceberg.types.Types.NestedField;
import org.apache.iceberg.types.Types.StructType;

/** Decides, before a byte is written, which schema the new files of a destination have. Thread-safe. */
public final class WritePlanner {
    private static final Map<String, String> PROPERTIES = Map.of("write.parquet.compression-codec", "snappy");

    private static final Pattern KNOWN_TRANSFORMS =
            Pattern.compile("identity|year|month|day|hour|void|(bucket|truncate)\\[\\d+]");

    private static final TableLayout PLAIN = columns -> TableDefinition.plain(columns, properties(columns));

    private final Catalogs catalogs;

    public WritePlanner(Catalogs catalogs) {
        this.catalogs = catalogs;
    }

    /** @param proposedJson Iceberg schema JSON of the result, with ids that mean nothing */
    public WriteTarget prepare(TableBranch to, WriteModes modes, BaseSnapshot baseline, String proposedJson) {
        return prepare(to, modes, baseline, proposedJson, PLAIN);
    }

    /** @param layout of the table, if it is new */
    public WriteTarget prepare(
            TableBranch to, WriteModes modes, BaseSnapshot baseline, String proposedJson, TableLayout layout) {
        TableName name = to.name();
        Schema described = schema(proposedJson);
        Schema proposed = withoutNothing(described);
        refuse("The result has a column that no table can have.", unnamedColumns(proposed));
        Optional<Table> existing = load(name);
        requireBranch(to, existing);
        if (existing.isEmpty()) {
            requireChangeable(name, modes.save());
            requireTypes(described);
            try {
                return create(name, modes, proposed, layout);
            } catch (AlreadyExistsException e) {
                // Another run made it in between.
                return prepare(to, modes, baseline, proposedJson, layout);
            }
        }
        Table table = existing.get();
        requireKnownTransforms(name, table);
        TableSupport.requireUnencrypted(name, table);
        return switch (modes.save()) {
            case SaveMode.Plain.ROWS -> changeRows(to, modes, table, baseline);
            case SaveMode.Plain.TRUNCATE -> target(to, modes, table, baseline, transaction -> {});
            case SaveMode.Plain _ when !to.isMain() -> saveToBranch(to, modes, table, baseline, proposed);
            case SaveMode.Plain.APPEND -> append(name, modes, table, baseline, proposed);
            case SaveMode.Plain.OVERWRITE -> overwrite(name, modes, table, baseline, proposed);
            case Merge merge -> merge(to, merge, table, baseline, proposed);
        };
    }

    /** The branch existed when the run began. A commit to a branch that does not exist would create it with the run's rows alone. */
    private static void requireBranch(TableBranch to, Optional<Table> existing) {
        boolean exists = to.isMain()
                || existing.map(table -> table.refs().get(to.branch()))
                        .filter(SnapshotRef::isBranch)
                        .isPresent();
        if (!exists) {
            throw new NeriumException(
                    ErrorCode.COMMIT_CONFLICT,
                    "The table " + to + " was changed by others meanwhile; nothing was written.",
                    "The branch '" + to.branch() + "' was dropped after the run began.");
        }
    }

    /** A newer version of Iceberg may have made the table. */
    private static void requireKnownTransforms(TableName name, Table table) {
        Stream.concat(
                        table.spec().fields().stream().map(PartitionField::transform),
                        table.sortOrder().fields().stream().map(SortField::transform))
                .map(Object::toString)
                .filter(transform -> !KNOWN_TRANSFORMS.matcher(transform).matches())
                .findFirst()
                .ifPresent(transform -> {
                    throw new NeriumException(
                            ErrorCode.UNSUPPORTED_TABLE,
                            "The destination %s is partitioned or sorted by '%s', which this version of Nerium does not write."
                                    .formatted(name, transform));
                });
    }

    private static Schema schema(String json) {
        try {
            Schema described = SchemaParser.fromJson(json);
            Schema proposed = withoutNothing(described);
            // Schemas that no table can have fail here, and not in the catalog.
            TableMetadata.newTableMetadata(
                    proposed, PartitionSpec.unpartitioned(), SortOrder.unsorted(), "nowhere", properties(proposed));
            return described;
        } catch (RuntimeException e) {
            throw new NeriumException(ErrorCode.WORKER_PROTOCOL_ERROR, "The worker proposed an invalid schema.", "", e);
        }
    }

    /** A column of nothing but nulls becomes what the table has. */
    private static Schema withoutNothing(Schema described) {
        return new Schema(described.columns().stream()
                .filter(column -> column.type().typeId() != TypeID.UNKNOWN)
                .toList());
    }

    /** Said before anything of a new table is made. */
    private static void requireTypes(Schema described) {
        described.columns().stream()
                .filter(column -> column.type().typeId() == TypeID.UNKNOWN)
                .findFirst()
                .ifPresent(column -> {
                    throw new NeriumException(
                            ErrorCode.UNSUPPORTED_RESULT_TYPE,
                            "Column '%s' has the type Null, which an Iceberg table can't hold."
                                    .formatted(column.name()),
                            "Cast it first: pl.col('%s').cast(pl.String).".formatted(column.name()));
                });
    }

    /** Iceberg creates tables with such columns, and then neither changes nor reads them by name. */
    private static List<String> unnamedColumns(Schema proposed) {
        return proposed.columns().stream()
                .filter(WritePlanner::hasUnnamed)
                .map(column -> column.name().isEmpty()
                        ? "a column has no name: give it one with alias(...) or AS"
                        : "column '" + column.name() + "' has a field without a name")
                .toList();
    }

    private static boolean hasUnnamed(NestedField column) {
        return TypeUtil.indexById(StructType.of(column)).values().stream()
                .map(NestedField::name)
                .anyMatch(String::isEmpty);
    }

    private Optional<Table> load(TableName name) {
        try {
            return Optional.of(catalogs.of(name).loadTable(TableLoader.identifier(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    private WriteTarget create(TableName name, WriteModes modes, Schema proposed, TableLayout layout) {
        Transaction transaction = catalogs.of(name).newTable(TableLoader.identifier(name), layout.of(proposed));
        WriteModes known = modes.save() instanceof Merge(var keys)
                ? WriteModes.strict(new Merge(MergeKeys.resolve(keys, name, proposed, proposed)))
                : modes;
        return new WriteTarget(TableBranch.main(name), known, transaction, BaseSnapshot.NOTHING, true);
    }

    private static Map<String, String> properties(Schema proposed) {
        Map<String, String> properties = new HashMap<>(PROPERTIES);
        if (hasNanoseconds(proposed)) {
            properties.put(TableProperties.FORMAT_VERSION, "3");
        }
        return properties;
    }

    private static WriteTarget append(
            TableName name, WriteModes modes, Table table, BaseSnapshot baseline, Schema proposed) {
        SchemaComparison fit = SchemaComparison.of(table.schema(), proposed);
        List<String> mismatches = modes.schema() == SchemaMode.MERGE ? fit.conflicts() : fit.mismatches();
        refuse("The result does not fit the table " + name + ".", mismatches);
        requireVersion(
                name,
                table,
                fit.additions().stream().map(SchemaComparison.Addition::field).toList());
        return target(TableBranch.main(name), modes, table, baseline, transaction -> add(fit, transaction));
    }

    /** All branches of a table have its columns, so a write to one of them changes none. */
    private static WriteTarget saveToBranch(
            TableBranch to, WriteModes modes, Table table, BaseSnapshot baseline, Schema proposed) {
        refuse(
                "The result does not fit the table " + to
                        + ", and a write to a branch does not change the columns, which" + " all branches share.",
                SchemaComparison.of(table.schema(), proposed).mismatches());
        return target(to, modes, table, baseline, transaction -> {});
    }

    private static WriteTarget merge(TableBranch to, Merge mode, Table table, BaseSnapshot baseline, Schema proposed) {
        TableName name = to.name();
        MergeRequirements.requireUnchanged(name, table, baseline);
        MergeRequirements.requireDeletes(name, table, "merged into it");
        refuse(
                "The result does not fit the table " + name + ".",
                SchemaComparison.of(table.schema(), proposed).mismatches());
        List<String> keys = MergeKeys.resolve(mode.keys(), name, table.schema(), proposed);
        return target(to, WriteModes.strict(new Merge(keys)), table, baseline, transaction -> {});
    }

    private static WriteTarget changeRows(TableBranch to, WriteModes modes, Table table, BaseSnapshot baseline) {
        MergeRequirements.requireUnchanged(to.name(), table, baseline);
        MergeRequirements.requireDeletes(to.name(), table, "updated or deleted");
        return target(to, modes, table, baseline, transaction -> {});
    }

    /** Rows of a table that another run has dropped can't be changed. */
    private static void requireChangeable(TableName name, SaveMode mode) {
        if (mode == SaveMode.Plain.ROWS || mode == SaveMode.Plain.TRUNCATE) {
            throw new NeriumException(
                    ErrorCode.COMMIT_CONFLICT, "The table " + name + " was dropped meanwhile; nothing was written.");
        }
    }

    private static WriteTarget overwrite(
            TableName name, WriteModes modes, Table table, BaseSnapshot baseline, Schema proposed) {
        SchemaReplacement columns = new SchemaReplacement(table, proposed);
        refuse(
                "The result lacks columns that " + name
                        + " is partitioned or sorted by, or changes their types. Keep them, or write to another table.",
                columns.missing());
        requireVersion(name, table, proposed.columns());
        return target(TableBranch.main(name), modes, table, baseline, columns::replace);
    }

    private static void refuse(String sentence, List<String> reasons) {
        if (!reasons.isEmpty()) {
            throw new NeriumException(ErrorCode.SCHEMA_MISMATCH, sentence, String.join("; ", reasons));
        }
    }

    private static void add(SchemaComparison fit, Transaction transaction) {
        if (!fit.additions().isEmpty()) {
            UpdateSchema update = transaction.updateSchema();
            for (SchemaComparison.Addition addition : fit.additions()) {
                String parent = addition.parent().isEmpty() ? null : String.join(".", addition.parent());
                update.addColumn(
                        parent, addition.field().name(), addition.field().type());
            }
            update.commit();
        }
    }

    /** @param change of the table's schema, which the files that are to be written already have */
    private static WriteTarget target(
            TableBranch to, WriteModes modes, Table table, BaseSnapshot baseline, Consumer<Transaction> change) {
        TableName name = to.name();
        TableOperations operations = ((HasTableOperations) table).operations();
        Transaction rehearsal = Transactions.newTransaction(table.name(), operations);
        change.accept(rehearsal);
        requireWritable(name, rehearsal.table().schema());
        TableSupport.requireWritableTypes(name, rehearsal.table().schema());
        SchemaCheckedOperations guarded =
                SchemaCheckedOperations.of(operations, rehearsal.table().schema(), to);
        Transaction transaction = Transactions.newTransaction(table.name(), guarded);
        change.accept(transaction);
        return new WriteTarget(to, modes, transaction, baseline, false);
    }

    /** Polars writes such values at the top of a table only. */
    private static void requireWritable(TableName name, Schema schema) {
        Set<Integer> top = schema.columns().stream().map(NestedField::fieldId).collect(Collectors.toSet());
        for (NestedField field : TypeUtil.indexById(schema.asStruct()).values()) {
            TypeID type = field.type().typeId();
            if (!top.contains(field.fieldId()) && (type == TypeID.UUID || type == TypeID.FIXED)) {
                throw new NeriumException(
                        ErrorCode.UNSUPPORTED_TABLE,
                        "The destination %s has the field '%s' of the type %s inside of a column, which Polars can't write."
                                .formatted(name, schema.findColumnName(field.fieldId()), field.type()));
            }
        }
    }

    private static void requireVersion(TableName name, Table table, List<NestedField> columns) {
        int version = ((HasTableOperations) table).operations().current().formatVersion();
        if (version < 3) {
            refuse(
                    "The table %s has the format version %d, and nanoseconds need version 3: cast them with .dt.cast_time_unit('us')."
                            .formatted(name, version),
                    columns.stream()
                            .filter(column -> hasNanoseconds(new Schema(column)))
                            .map(column -> "column '%s' is %s in the result"
                                    .formatted(column.name(), SchemaComparison.shown(column.type())))
                            .toList());
        }
    }

    private static boolean hasNanoseconds(Schema schema) {
        return TypeUtil.indexById(schema.asStruct()).values().stream()
                .anyMatch(field -> field.type().typeId() == TypeID.TIMESTAMP_NANO);
    }
}
