package dev.nerium.lake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionField;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Expressions;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.expressions.Term;
import org.apache.iceberg.types.Type;
import org.apache.iceberg.types.Types;
import org.apache.iceberg.types.Types.NestedField;

/** A table with a life: rows come, columns and partitions change, rows are deleted in every way that its version has. */
final class RandomHistory {
    private final Random random;
    private final int version;
    private final RandomValues values;
    private final ForeignTable table;
    private final List<String> story = new ArrayList<>();
    private final List<DataFile> files = new ArrayList<>();
    private final Set<String> withVector = new HashSet<>();
    private final Set<Integer> kept = new HashSet<>(Set.of(1));
    private int named;

    RandomHistory(Catalog catalog, long seed) {
        this.random = new Random(seed);
        this.version = 1 + random.nextInt(3);
        this.values = new RandomValues(random, version);
        List<NestedField> fields = new ArrayList<>();
        fields.add(NestedField.required(1, "id", Types.LongType.get()));
        for (int i = 0; i < 2 + random.nextInt(5); i++) {
            fields.add(NestedField.optional(values.id(), newName(), values.type(3)));
        }
        this.table = ForeignTable.create(catalog, "random " + seed, version, new Schema(fields));
        story.add("seed " + seed + ", version " + version + ", "
                + table.table().schema().asStruct());
    }

    ForeignTable table() {
        return table;
    }

    /** What happened so far. */
    String story() {
        return String.join("\n", story);
    }

    void live(int steps) {
        append();
        for (int i = 0; i < steps; i++) {
            // Rows of tables of version 1 are deleted with their files only.
            switch (random.nextInt(version == 1 ? 6 : 9)) {
                case 0, 1, 2 -> append();
                case 3, 4 -> evolve();
                case 5 -> repartition();
                case 6 -> deletePositions();
                default -> deleteEqual();
            }
        }
    }

    private void append() {
        Types.StructType type = table.table().schema().asStruct();
        List<Record> rows = IntStream.range(0, 1 + random.nextInt(12))
                .mapToObj(i -> values.row(type))
                .toList();
        files.addAll(table.append(rows));
        story.add("append " + rows.size());
    }

    private void evolve() {
        List<NestedField> free = table.table().schema().columns().stream()
                .filter(field -> !kept.contains(field.fieldId()))
                .toList();
        if (free.isEmpty() || random.nextInt(3) == 0) {
            add(newName());
            return;
        }
        NestedField field = free.get(random.nextInt(free.size()));
        switch (random.nextInt(5)) {
            case 0 -> rename(field);
            case 1 -> table.table().updateSchema().moveFirst(quoted(field)).commit();
            case 2 -> drop(field);
            case 3 -> {
                drop(field);
                add(field.name());
            }
            default -> change(field);
        }
        story.add("now " + table.table().schema().asStruct());
    }

    private static String quoted(NestedField field) {
        return field.name();
    }

    private void rename(NestedField field) {
        table.table().updateSchema().renameColumn(field.name(), newName()).commit();
    }

    private void drop(NestedField field) {
        table.table().updateSchema().deleteColumn(field.name()).commit();
    }

    private void add(String name) {
        Type type = values.type(2);
        if (version > 2 && type.isPrimitiveType() && random.nextBoolean()) {
            addWithDefault(name, type);
        } else {
            table.table().updateSchema().addColumn(name, type).commit();
        }
        story.add("add " + name + " " + type);
    }

    private void addWithDefault(String name, Type type) {
        Literal<?> value =
                switch (type.typeId()) {
                    case INTEGER -> Literal.of(7);
                    case LONG -> Literal.of(7L);
                    case STRING -> Literal.of("dé\"fault");
                    case BOOLEAN -> Literal.of(true);
                    case DOUBLE -> Literal.of(0.1);
                    case FLOAT -> Literal.of(0.1f);
                    case DATE -> Literal.of("2024-02-29").to(type);
                    case TIME -> Literal.of("01:02:03.000004").to(type);
                    case UUID ->
                        Literal.of("f79c3e09-677c-4bbd-a479-3f349cb785e7").to(type);
                    case DECIMAL ->
                        Literal.of("1." + "0".repeat(((Types.DecimalType) type).scale()))
                                .to(type);
                    case FIXED -> Literal.of(new byte[] {9, 8, 7});
                    case TIMESTAMP ->
                        Literal.of("2024-02-29T01:02:03.000004"
                                        + (((Types.TimestampType) type).shouldAdjustToUTC() ? "+00:00" : ""))
                                .to(type);
                    case TIMESTAMP_NANO ->
                        Literal.of("2024-02-29T01:02:03.000004005"
                                        + (((Types.TimestampNanoType) type).shouldAdjustToUTC() ? "+00:00" : ""))
                                .to(type);
                    default -> Literal.of(java.nio.ByteBuffer.wrap(new byte[] {0, 1}));
                };
        table.table().updateSchema().addColumn(name, type, "", value).commit();
    }

    /** Widens a type where it can be, and what is inside a struct. */
    private void change(NestedField field) {
        switch (field.type().typeId()) {
            case INTEGER -> widen(field, Types.LongType.get());
            case FLOAT -> widen(field, Types.DoubleType.get());
            case DECIMAL -> {
                Types.DecimalType decimal = (Types.DecimalType) field.type();
                widen(field, Types.DecimalType.of(decimal.precision() + 5, decimal.scale()));
            }
            case STRUCT -> changeInside(field);
            default -> rename(field);
        }
    }

    private void widen(NestedField field, Type.PrimitiveType type) {
        table.table().updateSchema().updateColumn(field.name(), type).commit();
    }

    private void changeInside(NestedField field) {
        List<NestedField> inner = field.type().asStructType().fields();
        String first = field.name() + "." + inner.getFirst().name();
        switch (random.nextInt(3)) {
            case 0 ->
                table.table().updateSchema().renameColumn(first, newName()).commit();
            case 1 ->
                table.table()
                        .updateSchema()
                        .addColumn(field.name(), newName(), values.type(1))
                        .commit();
            default -> {
                if (inner.size() > 1) {
                    table.table().updateSchema().deleteColumn(first).commit();
                }
            }
        }
    }

    private void repartition() {
        List<Term> terms = new ArrayList<>();
        List<NestedField> sources = new ArrayList<>();
        for (NestedField field : table.table().schema().columns()) {
            List<Term> of = terms(field);
            if (!of.isEmpty()) {
                terms.add(of.get(random.nextInt(of.size())));
                sources.add(field);
            }
        }
        int chosen = random.nextInt(terms.size());
        var update = table.table().updateSpec();
        for (PartitionField old : table.table().spec().fields()) {
            if (!old.transform().isVoid()) {
                update.removeField(old.name());
            }
        }
        if (random.nextInt(5) > 0) {
            update.addField("p" + named++, terms.get(chosen));
            kept.add(sources.get(chosen).fieldId());
        }
        update.commit();
        story.add("spec " + table.table().spec());
    }

    private static List<Term> terms(NestedField field) {
        String name = field.name();
        return switch (field.type().typeId()) {
            case INTEGER, LONG, DECIMAL, STRING ->
                List.of(Expressions.ref(name), Expressions.bucket(name, 3), Expressions.truncate(name, 2));
            case DATE ->
                List.of(Expressions.ref(name), Expressions.year(name), Expressions.month(name), Expressions.day(name));
            case TIMESTAMP, TIMESTAMP_NANO ->
                List.of(Expressions.ref(name), Expressions.hour(name), Expressions.bucket(name, 2));
            case BOOLEAN, TIME, UUID, FIXED, BINARY -> List.of(Expressions.ref(name));
            default -> List.of();
        };
    }

    private void deletePositions() {
        Map<DataFile, long[]> chosen = new HashMap<>();
        DataFile any = files.get(random.nextInt(files.size()));
        for (DataFile file : files) {
            if (random.nextBoolean() && (version > 2 ? withVector.add(file.location()) : samePartition(any, file))) {
                chosen.put(
                        file, random.longs(3, 0, file.recordCount()).distinct().toArray());
            }
        }
        if (chosen.isEmpty()) {
            return;
        }
        if (version > 2) {
            table.deleteByVector(chosen);
        } else {
            table.deletePositions(chosen);
        }
        story.add("delete positions in " + chosen.size() + " files");
    }

    private static boolean samePartition(DataFile one, DataFile other) {
        return one.specId() == other.specId() && one.partition().equals(other.partition());
    }

    private void deleteEqual() {
        List<NestedField> comparable = table.table().schema().columns().stream()
                .flatMap(field ->
                        field.type().isStructType() ? field.type().asStructType().fields().stream() : Stream.of(field))
                .filter(field -> field.type().isPrimitiveType())
                .collect(Collectors.toCollection(ArrayList::new));
        java.util.Collections.shuffle(comparable, random);
        List<String> columns = comparable.subList(0, Math.min(comparable.size(), 1 + random.nextInt(2))).stream()
                .map(field -> table.table().schema().findColumnName(field.fieldId()))
                .toList();
        columns.forEach(this::keep);
        Schema keys = table.keySchema(columns);
        DataFile beside = files.get(random.nextInt(files.size()));
        table.deleteEqual(
                beside,
                columns,
                IntStream.range(0, 2).mapToObj(i -> values.row(keys.asStruct())).toList());
        PartitionSpec spec = table.table().specs().get(beside.specId());
        story.add("delete equal " + columns + " in " + spec + " " + beside.partition());
    }

    /** Iceberg's reader can't compare a column that was dropped. */
    private void keep(String column) {
        kept.add(table.table().schema().findField(column.split("\\.", 2)[0]).fieldId());
    }

    private String newName() {
        return List.of("c", "Upper", "with space", "quote\"d", "ünï").get(random.nextInt(5)) + named++;
    }
}
