import dev.nerium.config.ByteSize;
import dev.nerium.config.LakeConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.table.PinnedTable;
import dev.nerium.lake.io.Relocation;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.apache.iceberg.AppendFiles;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.FileFormat;
import org.apache.iceberg.Metrics;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Conversions;
import org.apache.iceberg.types.Types;

/**
 * Makes tables of files that do not exist, and times how Nerium plans them.
 *
 * <p>{@code Planning.java make HOME FILES...} or {@code Planning.java measure HOME FILES ROUNDS}, which prints JSON.
 */
final class Planning {
    private static final int FILES_PER_COMMIT = 2_000;
    private static final long ROWS_PER_FILE = 1_000;
    private static final Schema SCHEMA = new Schema(
            Types.NestedField.required(1, "id", Types.LongType.get()),
            Types.NestedField.required(2, "day", Types.DateType.get()),
            Types.NestedField.optional(3, "name", Types.StringType.get()),
            Types.NestedField.optional(4, "value", Types.DoubleType.get()));

    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[1]);
        if (arguments[0].equals("make")) {
            for (String files : List.of(arguments).subList(2, arguments.length)) {
                make(home, Integer.parseInt(files));
            }
        } else {
            System.out.println(measure(home, Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3])));
        }
    }

    /** One day a hundred files; ids grow from file to file. */
    private static void make(Path home, int files) throws Exception {
        Files.createDirectories(home.resolve("lake"));
        try (JdbcCatalog catalog = LocalFiles.catalog(home)) {
            PartitionSpec spec = PartitionSpec.builderFor(SCHEMA).identity("day").build();
            Table table = catalog.createTable(TableIdentifier.of("default", "files" + files), SCHEMA, spec);
            for (int from = 0; from < files; from += FILES_PER_COMMIT) {
                AppendFiles append = table.newFastAppend();
                LongStream.range(from, Math.min(files, from + FILES_PER_COMMIT))
                        .forEach(file -> append.appendFile(file(table, file)));
                append.commit();
            }
        }
    }

    private static org.apache.iceberg.DataFile file(Table table, long number) {
        Map<Integer, Long> counts = Map.of(1, ROWS_PER_FILE, 2, ROWS_PER_FILE, 3, ROWS_PER_FILE, 4, ROWS_PER_FILE);
        Map<Integer, Long> nulls = Map.of(1, 0L, 2, 0L, 3, 5L, 4, 7L);
        Map<Integer, Object> lower = Map.of(1, number * ROWS_PER_FILE, 2, (int) (number / 100), 3, "a", 4, -1.0);
        Map<Integer, Object> upper = Map.of(1, (number + 1) * ROWS_PER_FILE - 1, 2, (int) (number / 100), 3, "z", 4, 1.0);
        return DataFiles.builder(table.spec())
                .withPath(table.location() + "/data/day=%d/%08d.parquet".formatted(number / 100, number))
                .withFormat(FileFormat.PARQUET)
                .withFileSizeInBytes(50_000)
                .withPartitionValues(List.of(java.time.LocalDate.ofEpochDay(number / 100).toString()))
                .withMetrics(new Metrics(ROWS_PER_FILE, counts, counts, nulls, Map.of(4, 0L), bounds(lower), bounds(upper)))
                .build();
    }

    private static Map<Integer, java.nio.ByteBuffer> bounds(Map<Integer, Object> values) {
        Map<Integer, java.nio.ByteBuffer> bounds = new java.util.HashMap<>();
        values.forEach((id, value) -> bounds.put(id, Conversions.toByteBuffer(SCHEMA.findType(id), value)));
        return bounds;
    }

    private static String measure(Path home, int files, int rounds) {
        long[] next = {0};
        LongSupplier id = () -> (next[0] += 7 * ROWS_PER_FILE) % (files * ROWS_PER_FILE);
        double first = cold(home, files, Optional.empty());
        double coldFull = best(rounds, () -> cold(home, files, Optional.empty()));
        double coldSelective = best(rounds, () -> cold(home, files, Optional.of(equal(id.getAsLong()))));
        try (Lake lake = lake(home)) {
            plan(lake, files, Optional.empty());
            double warmFull = best(20 * rounds, () -> plan(lake, files, Optional.empty()));
            double warmSelective = best(20 * rounds, () -> plan(lake, files, Optional.of(equal(id.getAsLong()))));
            return ("{\"first full\": %.2f, \"cold full\": %.2f, \"cold selective\": %.2f, \"warm full\": %.2f,"
                            + " \"warm selective\": %.2f}")
                    .formatted(first, coldFull, coldSelective, warmFull, warmSelective);
        }
    }

    private static String equal(long id) {
        return "{\"type\":\"eq\",\"term\":\"id\",\"value\":" + id + "}";
    }

    /** Milliseconds of a plan by a lake that has planned nothing yet. */
    private static double cold(Path home, int files, Optional<String> filter) {
        try (Lake lake = lake(home)) {
            return plan(lake, files, filter);
        }
    }

    private static double plan(Lake lake, int files, Optional<String> filter) {
        long start = System.nanoTime();
        try (TemporaryFiles scratch = lake.scratch()) {
            PinnedTable table = lake.pin(TableReference.current(new TableName("oleander", "default", "files" + files)));
            int planned = lake.plan(table, filter, OptionalLong.empty(), scratch).files().size();
            if (planned != (filter.isPresent() ? 1 : files)) {
                throw new IllegalStateException("planned " + planned + " files");
            }
        }
        return (System.nanoTime() - start) / 1e6;
    }

    private static Lake lake(Path home) {
        return new Lake(
                new LakeConfig("oleander", true, false, new LakeConfig.PlanCache(1_000_000), ByteSize.parse("1GiB"), List.of()),
                Map.of(),
                Relocation.at(home));
    }

    private static double best(int rounds, java.util.function.DoubleSupplier once) {
        double[] times = new double[rounds];
        Arrays.setAll(times, round -> once.getAsDouble());
        return Arrays.stream(times).min().orElseThrow();
    }
}
