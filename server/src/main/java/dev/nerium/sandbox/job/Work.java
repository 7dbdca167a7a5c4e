package dev.nerium.sandbox.job;

import dev.nerium.lake.name.TableName;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The work of a worker. */
public sealed interface Work {
    /**
     * One SQL statement.
     *
     * @param params the values of its parameters
     * @param statements whether it may change tables; else it only reads
     */
    record Query(String sql, QueryParams params, boolean statements) implements Work {
        private static final Pattern CHANGE = Pattern.compile(
                "(?:\\s|--[^\n]*\n|/\\*.*?\\*/)*+(?:INSERT|CREATE|UPDATE|DELETE|MERGE|TRUNCATE|WITH)\\b.*",
                Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

        /** A statement that only reads, without parameters. */
        public Query(String sql) {
            this(sql, QueryParams.NONE, false);
        }

        /** The same, which only reads. */
        public Query reading() {
            return new Query(sql, params, false);
        }

        /** Whether the text looks like one that writes rows: its worker knows for certain. */
        public boolean mayWrite() {
            return statements && CHANGE.matcher(sql).matches();
        }
    }

    /**
     * A script, which may do anything that the sandbox lets it.
     *
     * @param env names of the environment variables whose values it gets
     */
    record Script(String source, Map<String, String> params, List<String> env) implements Work {
        public Script {
            params = Collections.unmodifiableMap(new LinkedHashMap<>(params));
            env = List.copyOf(env);
        }
    }

    /** Names of the environment variables whose values the work gets. */
    default List<String> variables() {
        return this instanceof Script script ? script.env() : List.of();
    }

    /**
     * Uploaded files, to be written to the destination together, or to be looked at where there is none.
     *
     * @param typesOf the table whose types they are read with, where that exists
     */
    record Load(List<Path> uploads, FileFormat format, LoadOptions options, Optional<TableName> typesOf)
            implements Work {
        public Load {
            uploads = List.copyOf(uploads);
        }
    }

    /** The pages of a result, Arrow IPC streams of one schema, to be written as one Parquet file. */
    record Convert(List<Path> pages) implements Work {
        public Convert {
            pages = List.copyOf(pages);
        }
    }

    /**
     * Files that a cluster wrote, to be returned as they are.
     *
     * @param fieldIds whether their columns are known by the ids that the frame's have as a table of Iceberg's: their names may
     *     be others, as Avro takes few
     * @param frame an Arrow IPC stream without rows, whose columns and types the result has, in Base64
     */
    record Gather(List<Path> files, boolean fieldIds, String frame) implements Work {
        public Gather {
            files = List.copyOf(files);
        }
    }

    /** The format of an uploaded file. */
    enum FileFormat {
        PARQUET,
        CSV,
        NDJSON,
        JSON,
        ARROW,
        AVRO,
        EXCEL
    }

    /** As the protocol and the API write it. */
    default String mode() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}
