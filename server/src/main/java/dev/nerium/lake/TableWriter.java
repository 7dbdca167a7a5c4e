package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.SaveMode.Merge;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.iceberg.HasTableOperations;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.Schema;
import org.apache.iceberg.SchemaParser;
import org.apache.iceberg.SortField;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableOperations;
import org.apache.iceberg.Transaction;
import org.apache.iceberg.Transactions;
import org.apache.iceberg.UpdateSchema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.exceptions.NoSuchTableException;
import org.apache.iceberg.types.Types.NestedField;

/** Decides, before a byte is written, which schema the new files of a destination have. Thread-safe. */
final class TableWriter {
    private static final Map<String, String> PROPERTIES = Map.of("write.parquet.compression-codec", "snappy");

    private static final Pattern KNOWN_TRANSFORMS =
            Pattern.compile("identity|year|month|day|hour|void|(bucket|truncate)\\[\\d+]");

    private final Catalog catalog;

    TableWriter(Catalog catalog) {
        this.catalog = catalog;
    }

    /** @param proposedJson Iceberg schema JSON of the result, with ids that mean nothing */
    WriteTarget prepare(TableName name, SaveMode mode, Baseline baseline, String proposedJson) {
        Schema proposed = schema(proposedJson);
        Optional<Table> existing = load(name);
        if (existing.isEmpty()) {
            return create(name, mode, proposed);
        }
        Table table = existing.get();
        requireKnownTransforms(name, table);
        return switch (mode) {
            case SaveMode.Plain.APPEND -> append(name, table, baseline, proposed);
            case SaveMode.Plain.OVERWRITE -> overwrite(name, table, baseline, proposed);
            case Merge merge -> merge(name, merge, table, baseline, proposed);
        };
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
            return SchemaParser.fromJson(json);
        } catch (RuntimeException e) {
            throw new NeriumException(ErrorCode.WORKER_DIED, "The worker proposed a schema that can't be read.", "", e);
        }
    }

    private Optional<Table> load(TableName name) {
        try {
            return Optional.of(catalog.loadTable(TableLoader.identifier(name)));
        } catch (NoSuchTableException e) {
            return Optional.empty();
        }
    }

    private WriteTarget create(TableName name, SaveMode mode, Schema proposed) {
        Transaction transaction = catalog.buildTable(TableLoader.identifier(name), proposed)
                .withProperties(PROPERTIES)
                .createTransaction();
        SaveMode known =
                mode instanceof Merge(var keys) ? new Merge(MergeKeys.resolve(keys, name, proposed, proposed)) : mode;
        return new WriteTarget(name, known, transaction, Baseline.NOTHING, true);
    }

    private static WriteTarget append(TableName name, Table table, Baseline baseline, Schema proposed) {
        requireFit(name, table, proposed);
        return target(name, SaveMode.Plain.APPEND, table, baseline);
    }

    private static WriteTarget merge(TableName name, Merge mode, Table table, Baseline baseline, Schema proposed) {
        MergeTarget.requireUnchanged(name, table, baseline);
        MergeTarget.requireDeletes(name, table);
        requireFit(name, table, proposed);
        List<String> keys = MergeKeys.resolve(mode.keys(), name, table.schema(), proposed);
        return target(name, new Merge(keys), table, baseline);
    }

    private static void requireFit(TableName name, Table table, Schema proposed) {
        List<String> mismatches = AppendSchema.mismatches(table.schema(), proposed);
        if (!mismatches.isEmpty()) {
            throw new NeriumException(
                    ErrorCode.SCHEMA_MISMATCH,
                    "The result does not fit the table " + name + ".",
                    String.join("; ", mismatches));
        }
    }

    private static WriteTarget overwrite(TableName name, Table table, Baseline baseline, Schema proposed) {
        WriteTarget target = target(name, SaveMode.Plain.OVERWRITE, table, baseline);
        if (!sameColumns(table.schema(), proposed)) {
            replaceColumns(target.transaction(), proposed);
        }
        return target;
    }

    private static WriteTarget target(TableName name, SaveMode mode, Table table, Baseline baseline) {
        TableOperations guarded = GuardedOperations.of(((HasTableOperations) table).operations());
        return new WriteTarget(name, mode, Transactions.newTransaction(table.name(), guarded), baseline, false);
    }

    private static boolean sameColumns(Schema table, Schema proposed) {
        return table.columns().size() == proposed.columns().size()
                && AppendSchema.mismatches(table, proposed).isEmpty()
                && AppendSchema.mismatches(proposed, table).isEmpty()
                && names(table).equals(names(proposed));
    }

    private static List<String> names(Schema schema) {
        return schema.columns().stream().map(NestedField::name).toList();
    }

    /** All columns get new ids, so that older snapshots go on reading theirs. */
    private static void replaceColumns(Transaction transaction, Schema proposed) {
        UpdateSchema drop =
                transaction.updateSchema().allowIncompatibleChanges().setIdentifierFields(List.of());
        names(transaction.table().schema()).forEach(drop::deleteColumn);
        drop.commit();
        UpdateSchema add = transaction.updateSchema();
        proposed.columns().forEach(column -> add.addColumn(null, column.name(), column.type()));
        add.commit();
    }
}
