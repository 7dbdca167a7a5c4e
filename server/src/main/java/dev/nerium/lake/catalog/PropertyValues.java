package dev.nerium.lake.catalog;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The values that a table's properties may have. Iceberg takes any text, and fails much later where it can't use one, in the
 * words of Java.
 */
public final class PropertyValues {
    /** Smaller data files are more than a table can have. */
    static final long LEAST_TARGET_BYTES = 1024;

    private static final Pattern METRICS = Pattern.compile("(?i)none|counts|full|truncate\\([1-9]\\d{0,8}\\)");

    /** The constraint of a value. */
    private record Rule(Predicate<String> holds, String expected) {
        static Rule number(long least, long most) {
            return new Rule(
                    text -> isNumber(text, least, most),
                    most == Long.MAX_VALUE || most == Integer.MAX_VALUE
                            ? "a whole number of at least " + least
                            : "a whole number from " + least + " to " + most);
        }

        static Rule choice(String... values) {
            List<String> known = List.of(values);
            return new Rule(
                    text -> known.contains(text.toLowerCase(Locale.ROOT)), "one of " + String.join(", ", known));
        }

        private static boolean isNumber(String text, long least, long most) {
            try {
                long number = Long.parseLong(text);
                return number >= least && number <= most;
            } catch (NumberFormatException e) {
                return false;
            }
        }
    }

    private static final Rule FLAG = Rule.choice("true", "false");
    private static final Rule SIZE = Rule.number(1, Integer.MAX_VALUE);
    private static final Rule LONG_SIZE = Rule.number(1, Long.MAX_VALUE);
    private static final Rule COUNT = Rule.number(0, Integer.MAX_VALUE);
    private static final Rule TIME = Rule.number(0, Integer.MAX_VALUE);
    private static final Rule LEVEL = Rule.number(-7, 22);
    private static final Rule AVRO = Rule.choice("gzip", "zstd", "snappy", "uncompressed");
    private static final Rule FORMAT = Rule.choice("parquet", "avro", "orc");
    private static final Rule MODE = Rule.choice("copy-on-write", "merge-on-read");
    private static final Rule ISOLATION = Rule.choice("serializable", "snapshot");
    private static final Rule DISTRIBUTION = Rule.choice("none", "hash", "range");
    private static final Rule METRICS_MODE = new Rule(
            text -> METRICS.matcher(text).matches(), "none, counts, full or truncate(length), such as truncate(16)");
    private static final Rule PROBABILITY =
            new Rule(text -> text.matches("0?\\.\\d{1,15}") && !text.matches("0?\\.0+"), "a number between 0 and 1");

    /** Rules for properties of data files; properties of delete files have the same rules under another prefix. */
    private static final Map<String, Rule> FILES = Map.ofEntries(
            Map.entry("target-file-size-bytes", Rule.number(LEAST_TARGET_BYTES, Long.MAX_VALUE)),
            Map.entry("format.default", FORMAT),
            Map.entry("distribution-mode", DISTRIBUTION),
            Map.entry("parquet.row-group-size-bytes", SIZE),
            Map.entry("parquet.page-size-bytes", SIZE),
            Map.entry("parquet.page-row-limit", SIZE),
            Map.entry("parquet.page-version", Rule.choice("v1", "v2")),
            Map.entry("parquet.dict-size-bytes", SIZE),
            Map.entry("parquet.row-group-check-min-record-count", SIZE),
            Map.entry("parquet.row-group-check-max-record-count", SIZE),
            Map.entry(
                    "parquet.compression-codec",
                    Rule.choice("zstd", "snappy", "gzip", "lz4", "lz4_raw", "brotli", "lzo", "uncompressed")),
            Map.entry("parquet.compression-level", LEVEL),
            Map.entry("avro.compression-codec", AVRO),
            Map.entry("avro.compression-level", LEVEL),
            Map.entry("orc.stripe-size-bytes", LONG_SIZE),
            Map.entry("orc.block-size-bytes", LONG_SIZE),
            Map.entry("orc.vectorized.batch-size", SIZE),
            Map.entry("orc.compression-codec", Rule.choice("none", "zlib", "snappy", "lzo", "lz4", "zstd", "brotli")),
            Map.entry("orc.compression-strategy", Rule.choice("speed", "compression")));

    private static final Map<String, Rule> OTHERS = Map.ofEntries(
            Map.entry("format-version", Rule.number(1, 3)),
            Map.entry("gc.enabled", FLAG),
            Map.entry("write.object-storage.enabled", FLAG),
            Map.entry("write.object-storage.partitioned-paths", FLAG),
            Map.entry("write.parquet.row-group-size-track-uncompressed", FLAG),
            Map.entry("write.parquet.shred-variants", FLAG),
            Map.entry("write.parquet.variant-inference-buffer-size", SIZE),
            Map.entry("write.parquet.bloom-filter-max-bytes", SIZE),
            Map.entry("write.parquet.bloom-filter-adaptive-enabled", FLAG),
            Map.entry("write.orc.bloom.filter.fpp", PROBABILITY),
            Map.entry("write.manifest.compression-codec", AVRO),
            Map.entry("write.manifest.compression-level", LEVEL),
            Map.entry("write.metadata.compression-codec", Rule.choice("none", "gzip")),
            Map.entry("write.metadata.previous-versions-max", COUNT),
            Map.entry("write.metadata.delete-after-commit.enabled", FLAG),
            Map.entry("write.metadata.metrics.default", METRICS_MODE),
            Map.entry("write.metadata.metrics.max-inferred-column-defaults", COUNT),
            Map.entry("write.summary.partition-limit", COUNT),
            Map.entry("write.wap.enabled", FLAG),
            Map.entry("write.upsert.enabled", FLAG),
            Map.entry("write.spark.fanout.enabled", FLAG),
            Map.entry("write.spark.accept-any-schema", FLAG),
            Map.entry("write.spark.advisory-partition-size-bytes", LONG_SIZE),
            Map.entry("write.delete.granularity", Rule.choice("file", "partition")),
            Map.entry("write.delete.mode", MODE),
            Map.entry("write.update.mode", MODE),
            Map.entry("write.merge.mode", MODE),
            Map.entry("write.delete.isolation-level", ISOLATION),
            Map.entry("write.update.isolation-level", ISOLATION),
            Map.entry("write.merge.isolation-level", ISOLATION),
            Map.entry("write.update.distribution-mode", DISTRIBUTION),
            Map.entry("write.merge.distribution-mode", DISTRIBUTION),
            Map.entry("commit.retry.num-retries", COUNT),
            Map.entry("commit.retry.min-wait-ms", TIME),
            Map.entry("commit.retry.max-wait-ms", TIME),
            Map.entry("commit.retry.total-timeout-ms", TIME),
            Map.entry("commit.status-check.num-retries", COUNT),
            Map.entry("commit.status-check.min-wait-ms", TIME),
            Map.entry("commit.status-check.max-wait-ms", TIME),
            Map.entry("commit.status-check.total-timeout-ms", TIME),
            Map.entry("commit.manifest.target-size-bytes", LONG_SIZE),
            Map.entry("commit.manifest.min-count-to-merge", COUNT),
            Map.entry("commit.manifest-merge.enabled", FLAG),
            Map.entry("history.expire.max-snapshot-age-ms", Rule.number(0, Long.MAX_VALUE)),
            Map.entry("history.expire.min-snapshots-to-keep", SIZE),
            Map.entry("history.expire.max-ref-age-ms", LONG_SIZE),
            Map.entry("read.split.target-size", LONG_SIZE),
            Map.entry("read.split.metadata-target-size", LONG_SIZE),
            Map.entry("read.split.planning-lookback", SIZE),
            Map.entry("read.split.open-file-cost", Rule.number(0, Long.MAX_VALUE)),
            Map.entry("read.parquet.vectorization.batch-size", SIZE),
            Map.entry("read.orc.vectorization.batch-size", SIZE));

    /** By the beginnings of their names, after which a column's comes. */
    private static final Map<String, Rule> COLUMNS = Map.of(
            "write.metadata.metrics.column.", METRICS_MODE,
            "write.parquet.bloom-filter-enabled.column.", FLAG,
            "write.parquet.bloom-filter-fpp.column.", PROBABILITY,
            "write.parquet.bloom-filter-ndv.column.", LONG_SIZE,
            "write.parquet.stats-enabled.column.", FLAG,
            "write.parquet.dict-encoding-enabled.column.", FLAG);

    private static final Map<String, Rule> RULES = rules();

    private PropertyValues() {}

    private static Map<String, Rule> rules() {
        Map<String, Rule> rules = new HashMap<>(OTHERS);
        FILES.forEach((name, rule) -> {
            rules.put("write." + name, rule);
            rules.put("write.delete." + name, rule);
        });
        return Map.copyOf(rules);
    }

    /** Fails where a request gives a property a value that it can't have. */
    public static void require(Map<String, String> properties) {
        mistakes(properties).findFirst().ifPresent(mistake -> {
            throw NeriumException.invalid("The property " + mistake + ".");
        });
    }

    /** Likewise of a table, which another program may have made. */
    public static void require(String table, Map<String, String> properties) {
        mistakes(properties).findFirst().ifPresent(mistake -> {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE, "The table " + table + " has the property " + mistake + ".");
        });
    }

    private static Stream<String> mistakes(Map<String, String> properties) {
        return properties.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .flatMap(property -> rule(property.getKey())
                        .filter(rule -> !rule.holds().test(property.getValue().strip()))
                        .map(rule -> "%s = '%s': expected %s"
                                .formatted(property.getKey(), property.getValue(), rule.expected()))
                        .stream());
    }

    private static Optional<Rule> rule(String key) {
        return Optional.ofNullable(RULES.get(key))
                .or(() -> COLUMNS.entrySet().stream()
                        .filter(rule -> key.startsWith(rule.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst());
    }
}
