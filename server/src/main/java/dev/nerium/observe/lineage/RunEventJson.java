package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Run;
import dev.nerium.run.RunFacts;
import dev.nerium.run.RunOrigin.ParentRun;
import dev.nerium.run.RunOrigin.ReplayedRun;
import dev.nerium.run.RunState;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** Writes run events of OpenLineage 2-0-2. Values of parameters are in none of them: they may be secrets. */
final class RunEventJson {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCHEMA = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
    /** The integration of all events of Nerium's own runs. */
    static final String INTEGRATION = "NERIUM";

    private final String producer;
    private final String namespace;
    private final Facets facets;
    private final InputFacets inputs;
    private final OutputFacets outputs;

    /** @param namespace of the jobs */
    RunEventJson(String producer, String namespace, Facets facets, InputFacets inputs, OutputFacets outputs) {
        this.producer = producer;
        this.namespace = namespace;
        this.facets = facets;
        this.inputs = inputs;
        this.outputs = outputs;
    }

    /** @param type {@code START}, {@code RUNNING}, {@code COMPLETE}, {@code FAIL} or {@code ABORT} */
    ObjectNode event(String type, Instant time, ObservedRun observed) {
        Run run = observed.run();
        ObjectNode event = JSON.createObjectNode()
                .put("eventType", type)
                .put("eventTime", time.toString())
                .put("producer", producer)
                .put("schemaURL", SCHEMA);
        run(observed, event.putObject("run").put("runId", run.id().toString()).putObject("facets"));
        ObjectNode job = event.putObject("job").put("namespace", namespace).put("name", run.jobName());
        job(run, job.putObject("facets"));
        ArrayNode read = event.putArray("inputs");
        observed.inputs().forEach(table -> read.add(inputs.dataset(table.table(), run.facts())));
        observed.files().forEach(files -> read.add(inputs.dataset(files, run.facts())));
        ArrayNode written = event.putArray("outputs");
        Optional.ofNullable(run.facts().output())
                .flatMap(output -> outputs.dataset(output, run.facts(), observed))
                .or(() -> unwritten(run))
                .ifPresent(written::add);
        return event;
    }

    /** The destination of a run that failed or was aborted, and so wrote nothing. */
    private Optional<ObjectNode> unwritten(Run run) {
        return run.state() == RunState.FAIL || run.state() == RunState.ABORT
                ? run.destination().map(table -> outputs.unwritten(run, table))
                : Optional.empty();
    }

    private void run(ObservedRun observed, ObjectNode about) {
        Run run = observed.run();
        parent(observed, about);
        engine(run, about);
        observed.origin().replayed().ifPresent(original -> replay(original, about));
        run.failure().ifPresent(failure -> {
            ObjectNode error = facets.put(about, "errorMessage", "ErrorMessageRunFacet/1-0-1")
                    .put("message", observed.withoutParams(failure.error()))
                    .put("programmingLanguage", run.what().mode().equals("script") ? "PYTHON" : "SQL");
            failure.details().ifPresent(details -> error.put("stackTrace", observed.withoutParams(details)));
        });
        ObjectNode own = facets.own(about, "nerium_run", "RunFacet")
                .put("mode", run.what().mode())
                .put("key", run.owner().name())
                .put("provider", run.where().provider())
                .put("vcpus", run.where().vcpus())
                .put("traceId", observed.traceId());
        RunFacts facts = run.facts();
        facts.phases().forEach(own.putObject("phasesMicros")::put);
        own.put("cpuMicros", facts.cpuMicros()).put("peakMemoryBytes", facts.peakMemoryBytes());
        run.rowCount().ifPresent(rows -> own.put("rows", rows));
        if (facts.output() == null && facts.columnLineage() != null) {
            facets.own(about, "nerium_result", "RunFacet")
                    .setAll(outputs.columnLineage(facts.columnLineage(), observed));
        }
    }

    private void parent(ObservedRun observed, ObjectNode about) {
        Optional<ParentRun> parent = observed.origin()
                .parent()
                .or(() -> observed.origin().trace().map(trace -> new ParentRun(namespace, "trace", trace.traceUuid())));
        parent.ifPresent(known -> {
            ObjectNode facet = facets.put(about, "parent", "ParentRunFacet/1-2-0");
            put(facet, known);
            observed.origin().root().ifPresent(root -> put(facet.putObject("root"), root));
        });
    }

    /** A link to the run whose request was executed again. */
    private void replay(ReplayedRun original, ObjectNode about) {
        put(facets.own(about, "nerium_replay", "RunFacet"), new ParentRun(namespace, original.job(), original.run()));
    }

    private static void put(ObjectNode node, ParentRun run) {
        node.putObject("run").put("runId", run.run().toString());
        node.putObject("job").put("namespace", run.namespace()).put("name", run.job());
    }

    private void engine(Run run, ObjectNode about) {
        String nerium = run.facts().versions().getOrDefault("nerium", "");
        Optional.ofNullable(run.facts().versions().get("polars"))
                .ifPresent(polars -> facets.put(about, "processing_engine", "ProcessingEngineRunFacet/1-1-1")
                        .put("version", polars)
                        .put("name", "Polars")
                        .put("openlineageAdapterVersion", nerium));
    }

    private void job(Run run, ObjectNode about) {
        String mode = run.what().mode();
        facets.put(about, "jobType", "JobTypeJobFacet/2-0-4")
                .put("processingType", "BATCH")
                .put("integration", INTEGRATION)
                .put("jobType", mode.toUpperCase(Locale.ROOT));
        switch (mode) {
            case "query" ->
                facets.put(about, "sql", "SQLJobFacet/1-1-0")
                        .put("query", run.what().code())
                        .put("dialect", "polars");
            case "script" ->
                facets.put(about, "sourceCode", "SourceCodeJobFacet/1-0-1")
                        .put("language", "PYTHON")
                        .put("sourceCode", run.what().code());
            default -> {}
        }
    }
}
