package dev.nerium.http.workload;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.RunJson;
import dev.nerium.result.CorruptResultException;
import dev.nerium.result.ResultRows;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.Runs;
import dev.nerium.workload.request.EngineChoice;
import dev.nerium.workload.request.Explanation;
import dev.nerium.workload.request.OutcomeErrors;
import dev.nerium.workload.request.WorkloadResult;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;

/**
 * The form of the commercial API's query routes. Its clients take a field {@code run_id} for a run that has not ended, so a result
 * has the id in a header, and as the id of its job.
 *
 * @param more fields of the response that repeat the request
 */
record EngineForm(WorkloadResponse reply, Runs runs, EngineChoice choice, ObjectNode more) implements ReplyForm {
    @Override
    public void result(ServerRequest request, ServerResponse response, WorkloadResult result) {
        if (ResultFormat.of(request) != ResultFormat.JSON) {
            reply.send(request, response, result);
            return;
        }
        try (InputStream arrow = result.arrow()) {
            send(response, result, reply.json(arrow, result.shape()));
        } catch (CorruptResultException e) {
            throw OutcomeErrors.corrupt(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void send(ServerResponse response, WorkloadResult result, ResultRows rows) throws IOException {
        ObjectNode fields = fields(result);
        response.header(HeaderValues.CONTENT_TYPE_JSON);
        RunIdHeader.write(response, result.run());
        OutputStream body = response.outputStream();
        JsonGenerator out = WorkloadResponse.FACTORY.createGenerator(body);
        out.writeStartObject();
        out.writeBooleanField("success", true);
        if (result.saved().isEmpty() || !choice.distributed()) {
            WorkloadResponse.results(out, body, result.shape(), rows);
        }
        WorkloadResponse.write(out, fields);
        out.writeEndObject();
        out.close();
    }

    private ObjectNode fields(WorkloadResult result) {
        Optional<Run> run = runs.find(result.run());
        RunFacts facts = run.map(Run::facts).orElse(RunFacts.NONE);
        ObjectNode fields = more.deepCopy();
        fields.set("engine_decision", EngineDecision.of(choice, result.placement(), facts));
        fields.put("row_count", result.rowCount())
                .put("execution_time", result.executionTime().toMillis() + "ms");
        fields.put("engine_version", facts.versions().get("polars"));
        run.ifPresent(of -> fields.set("job", RunJson.job(of)));
        result.saved().ifPresent(saved -> {
            fields.put("output_table", saved.table().local());
            fields.set("saved", WorkloadResponse.saved(saved));
        });
        fields.set("compute", WorkloadResponse.compute(result.placement()));
        if (result.saved().isEmpty()
                && result.shape().returned() < result.shape().rows()) {
            fields.put("results_truncated", true);
        }
        if (!result.warnings().isEmpty()) {
            result.warnings().forEach(fields.putArray("warnings")::add);
        }
        return fields;
    }

    @Override
    public void explanation(ServerResponse response, Explanation explanation) {
        ObjectNode body = more.deepCopy().put("success", true).put("explain", true);
        body.set("engine_decision", EngineDecision.of(choice, explanation.placement(), explanation.facts()));
        body.set("explanation", ExplanationResponse.json(explanation));
        if (!explanation.warnings().isEmpty()) {
            explanation.warnings().forEach(body.putArray("warnings")::add);
        }
        RunIdHeader.write(response, explanation.run());
        Json.send(response, body);
    }

    @Override
    public void submitted(ServerResponse response, UUID id) {
        ObjectNode body = more.deepCopy().put("success", true).put("run_id", id.toString());
        body.set("engine_decision", EngineDecision.ofAccepted(choice));
        runs.find(id).ifPresent(run -> {
            body.set("job", RunJson.job(run));
            body.putObject("compute").put("provider", run.where().provider());
        });
        Json.send(response, body);
    }
}
