package dev.nerium.sandbox.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.nerium.sandbox.job.Job;
import dev.nerium.sandbox.job.PreparedPlan;
import dev.nerium.sandbox.job.QueryParams;
import dev.nerium.sandbox.job.Work.Convert;
import dev.nerium.sandbox.job.Work.Gather;
import dev.nerium.sandbox.job.Work.Load;
import dev.nerium.sandbox.job.Work.Query;
import dev.nerium.sandbox.job.Work.Script;
import dev.nerium.sandbox.protocol.ScanPlanEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The message that gives a job to a worker. */
final class JobMessage {
    private static final int PIPE_BYTES = 4 << 20;

    private JobMessage() {}

    /**
     * Puts the files of the job into the folder, and names them as the worker sees them.
     *
     * @param env the length of each value in the payload, by the name of its variable
     */
    static ObjectNode of(Job job, Map<String, Integer> env, JobFolder folder, ScanPlanEncoder encoder)
            throws IOException {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("type", "job")
                .put("run", job.run().toString())
                .put("mode", job.work().mode())
                .put("catalog", job.catalog());
        switch (job.work()) {
            case Query(String sql, QueryParams params, boolean statements) -> {
                message.put("query", sql).put("statements", statements);
                if (!params.isEmpty()) {
                    message.putRawValue("params", new RawValue(params.json()));
                }
            }
            case Script(String source, Map<String, String> params, var _) -> {
                message.put("script", source);
                params.forEach(message.putObject("params")::put);
                if (!env.isEmpty()) {
                    ArrayNode variables = message.putArray("env");
                    env.forEach((name, bytes) ->
                            variables.addObject().put("name", name).put("bytes", bytes));
                }
            }
            case Load(var uploads, var format, var options, var _) -> {
                ObjectNode load = message.putObject("load")
                        .put("format", format.name().toLowerCase(Locale.ROOT))
                        .set("options", options.message());
                load.put("file", folder.adopt(uploads.getFirst()));
                for (Path upload : uploads.subList(1, uploads.size())) {
                    load.withArray("more").add(folder.adopt(upload));
                }
                job.loadSchema().ifPresent(schema -> load.putRawValue("schema", new RawValue(schema)));
            }
            case Gather(var files, boolean fieldIds, String frame) -> {
                ObjectNode gather =
                        message.putObject("gather").put("frame", frame).put("fieldIds", fieldIds);
                var names = gather.putArray("files");
                for (Path file : files) {
                    names.add(folder.expose(file));
                }
            }
            case Convert(var pages) -> {
                var names = message.putObject("convert").putArray("files");
                for (Path page : pages) {
                    names.add(folder.expose(page));
                }
            }
        }
        var frames = message.putArray("tables");
        job.tables()
                .forEach((alias, table) ->
                        table.write(frames.addObject().put("alias", alias).putObject("table")));
        if (!job.plans().isEmpty()) {
            ArrayNode plans = message.putArray("plans");
            for (PreparedPlan plan : job.plans()) {
                encoder.write(plan, plans.addObject());
            }
        }
        message.put("destination", job.destination().orElse(null));
        message.put("explain", job.explain()).put("lineage", job.lineage());
        job.distributed()
                .ifPresent(kind -> message.put("distributed", kind.name().toLowerCase(Locale.ROOT)));
        Job.ResultLimits limits = job.limits();
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
