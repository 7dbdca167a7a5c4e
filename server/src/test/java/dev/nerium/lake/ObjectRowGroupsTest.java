package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.S3Gate;
import dev.nerium.S3Server;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.TableProperties;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.data.Record;
import org.apache.iceberg.expressions.Literal;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Row groups of files in S3 that the statistics exclude for a filter: they are not fetched, and no row is missing. */
@Tag("interop")
@Timeout(600)
class ObjectRowGroupsTest {
    private static final int FILES = 3;
    private static final int ROWS = 12_000;
    private static final int QUERIES = Integer.getInteger("nerium.row-groups.queries", 12);

    /** With incompressible bytes, so that files are large enough to be fetched by column. */
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.optional(2, "n", Types.IntegerType.get()),
            Types.NestedField.optional(3, "x", Types.DoubleType.get()),
            Types.NestedField.optional(4, "f", Types.FloatType.get()),
            Types.NestedField.optional(5, "d", Types.DecimalType.of(12, 2)),
            Types.NestedField.optional(6, "s", Types.StringType.get()),
            Types.NestedField.optional(7, "day", Types.DateType.get()),
            Types.NestedField.optional(8, "at", Types.TimestampType.withoutZone()),
            Types.NestedField.optional(9, "b", Types.BooleanType.get()),
            Types.NestedField.optional(10, "pad", Types.BinaryType.get()));

    private static S3Server store;
    private static S3Gate gate;
    private static TestServer server;
    private static JdbcCatalog foreign;

    /** What happened to a table. */
    enum History {
        APPENDED,
        EVOLVED,
        POSITIONS_DELETED,
        VECTORS,
        KEYS_DELETED
    }

    @BeforeAll
    static void start() throws IOException {
        store = S3Server.start();
        gate = new S3Gate(store.url());
        Path home = TestServer.newHome();
        Files.writeString(home.resolve("keys"), S3Server.keys());
        Files.writeString(home.resolve("nerium.yaml"), """
                catalogs:
                  s3: {type: jdbc, uri: "jdbc:sqlite:HOME/s3.db", warehouse: s3://lake/warehouse, storage-file: keys, timeout: 2s, properties: PROPERTIES}
                """.replace("HOME", home.toString())
                .replace("PROPERTIES", S3Server.properties(gate.url())));
        server = TestServer.start(home, Map.of());
        foreign = new JdbcCatalog();
        foreign.initialize("s3", S3Server.foreignCatalog(home.resolve("s3.db"), store.url()));
        foreign.createNamespace(Namespace.of("default"));
    }

    @AfterEach
    void letPass() throws IOException {
        gate.failEvery(0);
        gate.hang(false);
        assertThat(parts()).isEmpty();
    }

    @AfterAll
    static void stop() {
        foreign.close();
        server.close();
        gate.close();
        store.close();
    }

    @ParameterizedTest
    @EnumSource(History.class)
    void filtersFindTheRowsThatPolarsFindsInThePlainFiles(History history) {
        Random random = new Random(history.name().hashCode());
        String table = "s3.default." + history.name().toLowerCase(java.util.Locale.ROOT);
        create(history, random);
        Reply copied = server.script(
                "result = scan('%s')".formatted(table), Map.of("destination", "plain.t", "saveMode", "overwrite"));
        assertThat(copied.status()).as(copied.text()).isEqualTo(200);

        for (int i = 0; i < QUERIES; i++) {
            if (i % 12 == 0) {
                // With an empty cache.
                server.restart();
            }
            String sql = "SELECT count(*) AS c, sum(id) AS s, sum(id * id % 7919) AS h, count(n) AS n, min(s) AS t,"
                    + " max(d) AS d, count(pad) AS p FROM t WHERE " + filter(random, 3);
            assertThat(rows(sql, "t=" + table)).as(sql).isEqualTo(rows(sql, "t=plain.t"));
        }
    }

    @Test
    void aTableIsReadWithoutRequestsForLengths() {
        create("lengths", 2);
        write("lengths", 0, new Random(1));
        gate.forget();

        assertThat(rows("SELECT count(pad) AS c FROM t WHERE id < 500", "t=s3.default.lengths"))
                .isEqualTo("[[500]]");

        // The metadata, the manifest list, the manifest, the footer, the row groups.
        assertThat(gate.requests())
                .hasSizeBetween(4, 5)
                .allMatch(request -> request.startsWith("GET "))
                .filteredOn(request -> request.contains("/metadata/"))
                .hasSize(3);
    }

    @Test
    void onlyRowGroupsThatMayMatchTravel() {
        create("travel", 2);
        write("travel", 0, new Random(1));
        long whole = store.objects("warehouse/default/travel/data").size();
        assertThat(whole).isEqualTo(1);
        gate.forget();

        String one = "SELECT count(pad) AS c, min(id) AS lo, max(id) AS hi FROM t WHERE id BETWEEN 5000 AND 5099";
        assertThat(rows(one, "t=s3.default.travel")).isEqualTo("[[100,5000,5099]]");
        long ofOne = gate.dataBytes();
        assertThat(ofOne).isBetween(1L, 1_300_000L);
        assertThat(rows(one, "t=s3.default.travel")).isEqualTo("[[100,5000,5099]]");
        assertThat(gate.dataBytes()).isEqualTo(ofOne);

        assertThat(rows("SELECT count(pad) AS c FROM t WHERE id < 0", "t=s3.default.travel"))
                .isEqualTo("[[0]]");
        assertThat(rows("SELECT id FROM t WHERE id < 0", "t=s3.default.travel")).isEqualTo("[]");
        assertThat(gate.dataBytes()).isEqualTo(ofOne);

        // The rest, with what was fetched before.
        assertThat(rows("SELECT count(pad) AS c, sum(id) AS s FROM t", "t=s3.default.travel"))
                .isEqualTo("[[12000," + 12_000L * 11_999 / 2 + "]]");
        assertThat(gate.dataBytes()).isGreaterThan(3_600_000L);
        long all = gate.dataBytes();
        assertThat(rows(one, "t=s3.default.travel")).isEqualTo("[[100,5000,5099]]");
        assertThat(gate.dataBytes()).isEqualTo(all);
    }

    @Test
    void aRunThatReadsATableInSeveralWaysGetsTheRowsOfEach() {
        create("ways", 2);
        write("ways", 0, new Random(1));
        server.restart();

        Reply reply = server.script("""
                t = scan('s3.default.ways')
                result = pl.concat([frame.cast(pl.String) for frame in [
                    t.filter(pl.col('id') < 100).select(v=pl.col('pad').count()),
                    t.filter(pl.col('id') >= 11_000).select(v=pl.col('id').sum()),
                    t.filter(pl.col('id') < 100).join(t.filter(pl.col('id') % 50 == 7), on='id').select(v=pl.col('id').sum()),
                    t.filter(pl.col('id').is_between(50, 60)).head(3).select(v=pl.len()),
                    t.select(v=pl.len()),
                ]])""");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.rows())
                .isEqualTo("[[\"100\"],[\"" + 1000L * (11_000 + 11_999) / 2 + "\"],[\"64\"],[\"3\"],[\"12000\"]]");
    }

    @Test
    void aDroppedColumnByWhichRowsAreDeletedIsFetchedToo() {
        ForeignTable table = create("dropped", 2);
        write("dropped", 0, new Random(1));
        table.table().refresh();
        table.deleteEqual(List.of("n"), List.of(ForeignTable.record(table.keySchema(List.of("n")), -99)));
        table.table().updateSchema().deleteColumn("n").commit();
        server.restart();

        Reply reply = server.query("SELECT * FROM t WHERE id < 100 ORDER BY id LIMIT 1000", "t=s3.default.dropped");

        assertThat(reply.status()).as(reply.text()).isEqualTo(200);
        assertThat(reply.json().at("/results/rows")).hasSize(50);
    }

    @Test
    void runsAtTheSameTimeReadTheRowGroupsOfTheirFilters() {
        create("crowd", 2);
        write("crowd", 0, new Random(1));
        server.restart();

        List<CompletableFuture<String>> reads = IntStream.range(0, 12)
                .mapToObj(n -> CompletableFuture.supplyAsync(
                        () -> rows(
                                "SELECT count(pad) AS c, min(id) AS m FROM t WHERE id >= %d AND id < %d"
                                        .formatted(n * 1000, n * 1000 + 500),
                                "t=s3.default.crowd"),
                        Thread::startVirtualThread))
                .toList();

        for (int n = 0; n < reads.size(); n++) {
            assertThat(reads.get(n).join()).isEqualTo("[[500,%d]]".formatted(n * 1000));
        }
    }

    @Test
    void aStoreThatFailsNowAndThenGivesTheRowGroups() {
        create("flaky", 2);
        for (int file = 0; file < FILES; file++) {
            write("flaky", file, new Random(file));
        }
        gate.failEvery(3);

        for (int n = 0; n < 10; n++) {
            assertThat(rows(
                            "SELECT count(pad) AS c, min(id) AS m FROM t WHERE id >= %d AND id < %d"
                                    .formatted(n * 3000, n * 3000 + 500),
                            "t=s3.default.flaky"))
                    .isEqualTo("[[500,%d]]".formatted(n * 3000));
        }
    }

    @Test
    void aStoreThatStopsInTheMiddleIsNamedAndTheNextRunReadsAll() {
        create("stops", 2);
        write("stops", 0, new Random(1));
        String first = "SELECT count(pad) AS c FROM t WHERE id < 500";
        String middle = "SELECT count(pad) AS c FROM t WHERE id BETWEEN 6000 AND 6499";
        assertThat(rows(first, "t=s3.default.stops")).isEqualTo("[[500]]");
        // The plan is known then, and one column was fetched.
        assertThat(rows("SELECT count(id) AS c FROM t WHERE id BETWEEN 6000 AND 6499", "t=s3.default.stops"))
                .isEqualTo("[[500]]");

        gate.hang(true);
        Reply slow = server.query(middle, "t=s3.default.stops");
        gate.hang(false);
        gate.failEvery(1);
        Reply failed = server.query(middle, "t=s3.default.stops");
        // What is in the cache needs no request.
        assertThat(rows(first, "t=s3.default.stops")).isEqualTo("[[500]]");
        gate.failEvery(0);

        assertThat(slow.json().path("code").asText()).as(slow.text()).isEqualTo("STORAGE_ERROR");
        assertThat(slow.error()).endsWith("the store does not respond in time.");
        assertThat(failed.json().path("code").asText()).as(failed.text()).isEqualTo("STORAGE_ERROR");
        assertThat(failed.error()).contains("The object s3://lake/warehouse/default/stops/data/");
        assertThat(rows(middle, "t=s3.default.stops")).isEqualTo("[[500]]");
    }

    /** Files that are made for one run. */
    private static List<Path> parts() throws IOException {
        try (Stream<Path> files = Files.list(server.home().resolve("lake").resolve("cache"))) {
            return files.filter(file -> file.toString().endsWith(".part")).toList();
        }
    }

    private static void create(History history, Random random) {
        String name = history.name().toLowerCase(java.util.Locale.ROOT);
        ForeignTable table = create(name, history == History.EVOLVED || history == History.VECTORS ? 3 : 2);
        List<DataFile> files = new ArrayList<>();
        for (int file = 0; file < FILES; file++) {
            files.addAll(write(name, file, random));
            if (history == History.EVOLVED && file == 0) {
                table.table()
                        .updateSchema()
                        .renameColumn("n", "was_n")
                        .renameColumn("day", "n_day")
                        .commit();
                table.table()
                        .updateSchema()
                        .updateColumn("was_n", Types.LongType.get())
                        .updateColumn("f", Types.DoubleType.get())
                        .renameColumn("was_n", "n")
                        .renameColumn("n_day", "day")
                        .addColumn("late", Types.IntegerType.get())
                        .addColumn("filled", Types.IntegerType.get(), Literal.of(5))
                        .deleteColumn("b")
                        .commit();
                table.table()
                        .updateSchema()
                        .addColumn("b", Types.BooleanType.get())
                        .commit();
            }
        }
        long[] positions = random.longs(ROWS / 10, 0, ROWS).sorted().distinct().toArray();
        switch (history) {
            case APPENDED, EVOLVED -> {}
            case POSITIONS_DELETED -> table.deletePositions(files.get(1), positions);
            case VECTORS -> table.deleteByVector(Map.of(files.get(0), positions, files.get(2), positions));
            case KEYS_DELETED ->
                table.deleteEqual(
                        List.of("id"),
                        IntStream.range(0, 500)
                                .mapToObj(n -> ForeignTable.record(table.keySchema(List.of("id")), n * 31L))
                                .toList());
        }
    }

    private static ForeignTable create(String name, int version) {
        ForeignTable table = ForeignTable.create(foreign, name, version, SCHEMA, PartitionSpec.unpartitioned());
        table.table()
                .updateProperties()
                .set(TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES, "200000")
                .set(TableProperties.PARQUET_ROW_GROUP_CHECK_MIN_RECORD_COUNT, "100")
                .set(TableProperties.PARQUET_ROW_GROUP_CHECK_MAX_RECORD_COUNT, "100")
                .commit();
        return table;
    }

    private static List<DataFile> write(String name, int file, Random random) {
        ForeignTable table = ForeignTable.of(foreign, name);
        List<Record> rows = IntStream.range(file * ROWS, (file + 1) * ROWS)
                .mapToObj(id -> row(table.table().schema(), id, random))
                .toList();
        return table.append(rows);
    }

    private static Record row(Schema schema, int id, Random random) {
        Record row = ForeignTable.record(schema);
        boolean isNullRange = id / 500 % 5 == 3;
        row.setField("id", (long) id);
        set(row, schema, "n", isNullRange ? null : (Object) (id / 50 - 100));
        set(row, schema, "x", real(id, random, isNullRange));
        Double f = real(id, random, isNullRange);
        row.setField(
                "f", f == null || schema.findType("f").equals(Types.DoubleType.get()) ? f : (Object) f.floatValue());
        row.setField(
                "d",
                random.nextInt(20) == 0
                        ? null
                        : BigDecimal.valueOf(id - 15_000L, 0).movePointLeft(1).setScale(2));
        row.setField("s", random.nextInt(20) == 0 ? null : text(id));
        row.setField("day", isNullRange ? null : LocalDate.of(2020, 1, 1).plusDays(id / 40));
        row.setField("at", LocalDateTime.of(1969, 12, 25, 0, 0).plus(id, ChronoUnit.MINUTES));
        row.setField("b", id / 1000 % 2 == 0);
        if (schema.findField("late") != null) {
            row.setField("late", id / 100);
            row.setField("filled", id / 1000);
        }
        byte[] pad = new byte[300];
        random.nextBytes(pad);
        row.setField("pad", ByteBuffer.wrap(pad));
        return row;
    }

    private static void set(Record row, Schema schema, String name, @Nullable Object value) {
        boolean isLong = schema.findType(name).equals(Types.LongType.get());
        row.setField(name, isLong && value instanceof Integer number ? (Object) number.longValue() : value);
    }

    private static @Nullable Double real(int id, Random random, boolean isNullRange) {
        if (isNullRange) {
            return null;
        }
        return switch (random.nextInt(300)) {
            case 0 -> Double.NaN;
            case 1 -> -0.0;
            case 2 -> 0.0;
            case 3 -> Double.NEGATIVE_INFINITY;
            default -> (id - 10_000) / 8.0;
        };
    }

    /** Longer than the bounds in manifests, with characters of one to four bytes. */
    private static String text(int id) {
        return "%s %06d".formatted(List.of("a", "é", "\uffee", "😀").get(id / 9000), id / 10) + "-".repeat(80) + id;
    }

    private static String filter(Random random, int depth) {
        if (depth > 0 && random.nextInt(3) > 0) {
            String left = filter(random, depth - 1);
            String right = filter(random, depth - 1);
            return switch (random.nextInt(5)) {
                case 0 -> "(" + left + " OR " + right + ")";
                case 1 -> "NOT (" + left + ")";
                default -> "(" + left + " AND " + right + ")";
            };
        }
        int id = random.nextInt(-1000, FILES * ROWS + 1000);
        String operator = List.of("<", "<=", ">", ">=", "=", "<>").get(random.nextInt(6));
        return switch (random.nextInt(12)) {
            case 0 -> "id " + operator + " " + id;
            case 1 -> "n " + operator + " " + (id / 50 - 100);
            case 2 -> "x " + operator + " " + (random.nextBoolean() ? "0.0" : Double.toString((id - 10_000) / 8.0));
            case 3 -> "f " + operator + " " + (random.nextBoolean() ? "0.0" : Double.toString((id - 10_000) / 8.0));
            case 4 -> "d " + operator + " " + (id - 15_000) / 10 + ".5";
            case 5 -> "s " + operator + " '" + text(Math.clamp(id, 0, FILES * ROWS - 1)) + "'";
            case 6 -> "s LIKE '" + text(Math.clamp(id, 0, FILES * ROWS - 1)).substring(0, 6) + "%'";
            case 7 -> "day " + operator + " DATE '" + LocalDate.of(2020, 1, 1).plusDays(id / 40) + "'";
            case 8 ->
                "at " + operator + " TIMESTAMP '"
                        + LocalDateTime.of(1969, 12, 25, 0, 0)
                                .plusMinutes(id)
                                .toString()
                                .replace('T', ' ') + ":00'";
            case 9 ->
                List.of("n", "x", "s", "day").get(random.nextInt(4)) + " IS "
                        + (random.nextBoolean() ? "NULL" : "NOT NULL");
            case 10 -> "id IN (%d, %d, %d)".formatted(id, id + 1, id + 700);
            default -> "id BETWEEN %d AND %d".formatted(id, id + random.nextInt(3000));
        };
    }

    private static String rows(String sql, String table) {
        Reply reply = server.query(sql, table);
        assertThat(reply.status()).as(sql + "\n" + reply.text()).isEqualTo(200);
        return reply.rows();
    }
}
