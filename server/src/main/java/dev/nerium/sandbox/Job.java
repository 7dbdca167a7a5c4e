package dev.nerium.sandbox;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.nerium.sandbox.Work.Convert;
import dev.nerium.sandbox.Work.Gather;
import dev.nerium.sandbox.Work.Load;
import dev.nerium.sandbox.Work.Query;
import dev.nerium.sandbox.Work.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One job for a worker.
 *
 * @param tables by alias
 * @param destination full name of the table that the result is written to
 * @param explain the job is planned, and not executed
 * @param lineage the worker tells where the columns come from
 * @param distributed the worker writes what a cluster of this kind is to do, and reads nothing
 * @param loadSchema Iceberg schema JSON of the table that an uploaded file is added to
 */
public record Job(
        UUID run,
        Work work,
        String catalog,
        Map<String, TableDescription> tables,
        Optional<String> destination,
        ResultLimits limits,
        boolean explain,
        boolean lineage,
        Optional<ClusterTask.Kind> distributed,
        Optional<String> loadSchema) {
    private static final int PIPE_BYTES = 4 << 20;

    /**
     * @param maxRows a result that comes back has no more rows
     * @param maxBytes and is no larger
     * @param pages how a large one is divided, where it is not one stream
     */
    public record ResultLimits(long maxRows, long maxBytes, Overflow overflow, Optional<Pages> pages) {
        public ResultLimits(long maxRows, long maxBytes, Overflow overflow) {
            this(maxRows, maxBytes, overflow, Optional.empty());
        }
    }

    /**
     * @param rows of each page but the last
     * @param bytes a page that has more of them has fewer rows
     */
    public record Pages(long rows, long bytes) {}

    /** What happens to a result over the limits. */
    public enum Overflow {
        FAIL,
        TRUNCATE
    }

    public Job {
        tables = new LinkedHashMap<>(tables);
    }

    /** The same of which the lineage is known. */
    public Job withoutLineage() {
        return new Job(run, work, catalog, tables, destination, limits, explain, false, distributed, loadSchema);
    }

    ObjectNode message(JobFolder folder) throws IOException {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("type", "job")
                .put("run", run.toString())
                .put("mode", work.mode())
                .put("catalog", catalog);
        switch (work) {
            case Query(String sql) -> message.put("query", sql);
            case Script(String source, Map<String, String> params) -> {
                message.put("script", source);
                params.forEach(message.putObject("params")::put);
            }
            case Load(var upload, var format, var options, var _) -> {
                ObjectNode load = message.putObject("load")
                        .put("file", folder.adopt(upload))
                        .put("format", format.name().toLowerCase(Locale.ROOT))
                        .set("options", options.message());
                loadSchema.ifPresent(schema -> load.putRawValue("schema", new RawValue(schema)));
            }
            case Gather(var files, boolean fieldIds, String frame) -> {
                ObjectNode gather =
                        message.putObject("gather").put("frame", frame).put("fieldIds", fieldIds);
                var names = gather.putArray("files");
                for (Path file : files) {
                    names.add(folder.expose(file));
                }
            }
            case Convert(var page, String format) ->
                message.putObject("convert").put("file", folder.expose(page)).put("format", format);
        }
        var frames = message.putArray("tables");
        tables.forEach((alias, table) ->
                table.write(frames.addObject().put("alias", alias).putObject("table")));
        message.put("destination", destination.orElse(null));
        message.put("explain", explain).put("lineage", lineage);
        distributed.ifPresent(kind -> message.put("distributed", kind.name().toLowerCase(Locale.ROOT)));
        ObjectNode result = message.putObject("result")
                .put("maxRows", limits.maxRows())
                .put("maxBytes", limits.maxBytes())
                .put("pipeBytes", PIPE_BYTES)
                .put("overflow", limits.overflow().name().toLowerCase(Locale.ROOT));
        limits.pages()
                .ifPresent(pages ->
                        result.putObject("pages").put("rows", pages.rows()).put("bytes", pages.bytes()));
        return message;
    }
}
