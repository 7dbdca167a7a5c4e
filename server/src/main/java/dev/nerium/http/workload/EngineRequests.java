package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestFields;
import dev.nerium.run.Runs;
import dev.nerium.run.Sha256;
import dev.nerium.workload.EngineSelector;
import dev.nerium.workload.request.Engine;
import dev.nerium.workload.request.EngineChoice;
import dev.nerium.workload.request.WorkloadRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Makes workloads of the requests of the commercial API's clients. */
public final class EngineRequests {
    private static final int HASH_DIGITS = 16;

    private final EngineSelector engines;
    private final Runs runs;
    private final WorkloadResponse reply;
    private final NeriumConfig config;

    public EngineRequests(EngineSelector engines, Runs runs, WorkloadResponse reply, NeriumConfig config) {
        this.engines = engines;
        this.runs = runs;
        this.reply = reply;
        this.config = config;
    }

    /** The workload of a body of {@code POST /api/v1/query}. */
    RoutedRequest query(Principal principal, EngineRequest asked, Optional<Duration> queueTimeout) {
        WorkloadRequest here = read(asked.local(), queueTimeout);
        EngineChoice choice = engines.choose(principal, here, asked.engine());
        ReplyForm form = new EngineForm(reply, runs, choice, Json.MAPPER.createObjectNode());
        if (choice.distributed() && !asked.explains()) {
            WorkloadRequest there = read(asked.distributed(), queueTimeout);
            return new RoutedRequest(there.warned(asked.warnings()), form, asked.hasDestination());
        }
        WorkloadRequest sized =
                choice.vcpus().isPresent() ? read(asked.local(choice.vcpus().getAsInt()), queueTimeout) : here;
        return new RoutedRequest(sized.warned(asked.warnings()), form, false);
    }

    /** The workload of a body of {@code POST /api/v1/warehouse/query}, whose result may be saved under the hash of its text. */
    RoutedRequest lakeQuery(Principal principal, byte[] body, Optional<Duration> queueTimeout) {
        RequestFields fields = new RequestFields(Json.object(body));
        List<String> warnings = fields.warnings("", List.of("query", "autoSaveByHash"));
        String query =
                fields.required("query", "this route needs a statement of SQL").strip();
        ObjectNode read = Json.MAPPER
                .createObjectNode()
                .put("mode", WorkloadRequestReader.STATEMENT)
                .put("query", query);
        ObjectNode more = Json.MAPPER.createObjectNode().put("query", query);
        if (fields.flag("autoSaveByHash")) {
            String table = "default.query_" + Sha256.hex(query).substring(0, HASH_DIGITS);
            read.put("destination", table);
            more.put("saved_table_name", table);
        }
        WorkloadRequest workload = read(read.toString().getBytes(StandardCharsets.UTF_8), queueTimeout);
        EngineChoice choice = engines.choose(principal, workload, Engine.POLARS);
        return new RoutedRequest(workload.warned(warnings), new EngineForm(reply, runs, choice, more), false);
    }

    private WorkloadRequest read(byte[] body, Optional<Duration> queueTimeout) {
        return WorkloadRequestReader.readRecorded(body, queueTimeout, config);
    }
}
