package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestFields;
import dev.nerium.workload.request.Engine;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A body of {@code POST /api/v1/query} as the commercial API's clients write it.
 *
 * @param body the same in Nerium's own form, as it is recorded
 */
record EngineRequest(Engine engine, ObjectNode body, List<String> warnings) {
    private static final String ENGINE = "engine";
    private static final String SCRIPT = "script";
    private static final String QUERY = "query";
    private static final String DESTINATION = "destination";
    private static final String WRITE_MODE = "write_mode";
    private static final String PARAMS = "params";
    private static final String ENV = "env";

    /** Fields that both forms have. */
    private static final List<String> SHARED = List.of(
            QUERY,
            SCRIPT,
            "tables",
            PARAMS,
            ENV,
            "catalog",
            "vcpus",
            "timeoutSeconds",
            DESTINATION,
            "explain",
            "cache");

    private static final List<String> KNOWN =
            Stream.concat(SHARED.stream(), Stream.of(ENGINE, WRITE_MODE)).toList();

    /** Fields of Nerium's own form: if one were ignored, a table could be replaced in place of appended to. */
    private static final List<String> FOREIGN =
            List.of("mode", "saveMode", "schemaMode", "mergeKeys", "distributed", "instanceType", "clusterSize");

    private enum WriteMode {
        OVERWRITE,
        APPEND
    }

    EngineRequest {
        warnings = List.copyOf(warnings);
    }

    /** The request in a body, unless the body has Nerium's own form. */
    static Optional<EngineRequest> find(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        if (Stream.of(ENGINE, SCRIPT, WRITE_MODE).noneMatch(field -> text.contains('"' + field + '"'))) {
            // Most bodies are read once, by the reader of Nerium's own form.
            return Optional.empty();
        }
        ObjectNode object = Json.object(body);
        boolean named = object.hasNonNull(ENGINE) || object.hasNonNull(WRITE_MODE);
        return named || (object.hasNonNull(SCRIPT) && !object.hasNonNull(QUERY))
                ? Optional.of(read(object))
                : Optional.empty();
    }

    private static EngineRequest read(ObjectNode object) {
        RequestFields fields = new RequestFields(object);
        fields.names().stream().filter(FOREIGN::contains).findFirst().ifPresent(name -> {
            throw NeriumException.invalid(name
                    + " is not a field of a request with engine, write_mode or script: use write_mode and engine.");
        });
        List<String> warnings = fields.warnings("", KNOWN);
        Engine engine = fields.choice(ENGINE, Engine.class).orElse(Engine.AUTO);
        WriteMode mode = fields.choice(WRITE_MODE, WriteMode.class).orElse(WriteMode.OVERWRITE);
        ObjectNode body = Json.MAPPER.createObjectNode().put("mode", mode(fields));
        SHARED.forEach(field -> fields.value(field).ifPresent(value -> body.set(field, value)));
        if (fields.value(DESTINATION).isPresent()) {
            body.put("saveMode", mode.name().toLowerCase(Locale.ROOT));
        }
        return new EngineRequest(engine, body, warnings);
    }

    private static String mode(RequestFields fields) {
        boolean script = fields.text(SCRIPT).filter(text -> !text.isBlank()).isPresent();
        boolean query = fields.text(QUERY).filter(text -> !text.isBlank()).isPresent();
        if (script == query) {
            throw NeriumException.invalid(
                    script
                            ? "query and script are both there: send one of them."
                            : "query and script are missing: send one of them.");
        }
        for (String field : List.of(PARAMS, ENV)) {
            if (script && fields.value(field).isPresent()) {
                throw NeriumException.invalid(
                        field + " is not a field of a script here: send the script to /api/v1/warehouse/polars.");
            }
        }
        return script ? SCRIPT : WorkloadRequestReader.STATEMENT;
    }

    boolean explains() {
        return body.path("explain").booleanValue();
    }

    /** Whether rows of a table are replaced or added: the client then reads {@code row_count} or {@code run_id}. */
    boolean hasDestination() {
        return body.hasNonNull(DESTINATION);
    }

    /** The same for the cluster. */
    byte[] distributed() {
        return bytes(body.deepCopy().put("distributed", true));
    }

    /** The same for the sandbox with that tier, unless the client named one. */
    byte[] local(int vcpus) {
        return bytes(body.hasNonNull("vcpus") ? body : body.deepCopy().put("vcpus", vcpus));
    }

    byte[] local() {
        return bytes(body);
    }

    private static byte[] bytes(ObjectNode node) {
        return node.toString().getBytes(StandardCharsets.UTF_8);
    }
}
