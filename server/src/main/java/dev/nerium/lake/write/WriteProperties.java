package dev.nerium.lake.write;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.catalog.PropertyValues;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.Table;
import org.apache.iceberg.TableProperties;

/**
 * The properties of a table for its data files, as far as Polars supports them.
 *
 * @param codec of the Parquet files, in Iceberg's words
 * @param level of the codec; empty for the codec's own
 * @param targetFileBytes size at which a new data file is begun
 * @param pageBytes size at which a new data page is begun; empty for the writer's own
 * @param rowGroupBytes size of a row group; empty for the writer's own
 */
public record WriteProperties(
        String codec,
        Optional<Integer> level,
        long targetFileBytes,
        Optional<Integer> pageBytes,
        Optional<Integer> rowGroupBytes) {

    /** The levels of each codec that Polars writes, from and to; a codec without levels has none. */
    private static final Map<String, int[]> CODECS = Map.of(
            "uncompressed", new int[0],
            "snappy", new int[0],
            "lz4", new int[0],
            "gzip", new int[] {0, 9},
            "brotli", new int[] {0, 11},
            "zstd", new int[] {1, 22});

    static WriteProperties of(Table table) {
        PropertyValues.require(table.name(), table.properties());
        String codec = codec(table);
        return new WriteProperties(
                codec,
                level(table, codec),
                number(table, TableProperties.WRITE_TARGET_FILE_SIZE_BYTES)
                        .orElse(TableProperties.WRITE_TARGET_FILE_SIZE_BYTES_DEFAULT),
                number(table, TableProperties.PARQUET_PAGE_SIZE_BYTES).map(Math::toIntExact),
                number(table, TableProperties.PARQUET_ROW_GROUP_SIZE_BYTES).map(Math::toIntExact));
    }

    /** The same with files of another size. */
    public WriteProperties withTargetFileBytes(long bytes) {
        return new WriteProperties(codec, level, bytes, pageBytes, rowGroupBytes);
    }

    private static String codec(Table table) {
        String codec = table.properties()
                .getOrDefault(
                        TableProperties.PARQUET_COMPRESSION, TableProperties.PARQUET_COMPRESSION_DEFAULT_SINCE_1_4_0);
        if (!CODECS.containsKey(codec.toLowerCase(Locale.ROOT))) {
            throw unusable(
                    table,
                    TableProperties.PARQUET_COMPRESSION,
                    "one of "
                            + String.join(
                                    ", ", CODECS.keySet().stream().sorted().toList()));
        }
        return codec.toLowerCase(Locale.ROOT);
    }

    private static Optional<Integer> level(Table table, String codec) {
        int[] levels = CODECS.getOrDefault(codec, new int[0]);
        Optional<Long> level =
                levels.length == 0 ? Optional.empty() : number(table, TableProperties.PARQUET_COMPRESSION_LEVEL);
        if (level.filter(number -> number < levels[0] || number > levels[1]).isPresent()) {
            throw unusable(
                    table,
                    TableProperties.PARQUET_COMPRESSION_LEVEL,
                    "a number from " + levels[0] + " to " + levels[1]);
        }
        return level.map(Math::toIntExact);
    }

    private static Optional<Long> number(Table table, String property) {
        return Optional.ofNullable(table.properties().get(property)).map(text -> Long.parseLong(text.strip()));
    }

    private static NeriumException unusable(Table table, String property, String expected) {
        return new NeriumException(
                ErrorCode.UNSUPPORTED_TABLE,
                "The table %s has the property %s = '%s': expected %s."
                        .formatted(table.name(), property, table.properties().get(property), expected));
    }
}
