package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.config.NeriumConfig;
import dev.nerium.distributed.ClusterSize;
import dev.nerium.error.NearestName;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.CatalogScope;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.SchemaMode;
import dev.nerium.lake.write.WriteModes;
import dev.nerium.run.RunOrigin;
import dev.nerium.sandbox.job.Work;
import dev.nerium.variable.EnvironmentVariables;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.RequestedTimeouts;
import dev.nerium.workload.request.ResultDelivery;
import dev.nerium.workload.request.WorkloadRequest;
import dev.nerium.workload.request.WorkloadRequest.RunOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Reads the body of {@code POST /api/v1/warehouse/polars} or {@code POST /api/v1/query}. The first rule that fails is the error. */
public final class WorkloadRequestReader {
    private static final List<String> KNOWN = List.of(
            "mode",
            "query",
            "tables",
            "script",
            "params",
            "env",
            "distributed",
            "instanceType",
            "clusterSize",
            "vcpus",
            "timeoutSeconds",
            "catalog",
            "destination",
            "saveMode",
            "schemaMode",
            "mergeKeys",
            "explain",
            "cache");
    private static final List<String> DESTINATION = List.of("destination", "saveMode", "schemaMode", "mergeKeys");
    private static final List<Integer> VCPUS = List.of(2, 4, 8, 16, 32);
    private static final int MOST_VARIABLES = 100;

    /** The modes of the API. */
    private enum WorkloadMode {
        QUERY,
        SCRIPT
    }

    /** The mode in the recorded body of a request for any statement, whose route has no modes. */
    static final String STATEMENT = "statement";

    private final byte[] body;
    private final RequestFields fields;
    private final CatalogScope catalog;
    private final Duration maxTimeout;
    private final Backend backend;

    private WorkloadRequestReader(byte[] body, NeriumConfig config) {
        this(body, new RequestFields(Json.object(body)), config);
    }

    /** @param body that is recorded, which may have the mode of a statement beside the fields */
    private WorkloadRequestReader(byte[] body, RequestFields fields, NeriumConfig config) {
        this.body = body;
        this.fields = fields;
        this.catalog = fields.text("catalog")
                .map(CatalogScope::named)
                .orElseGet(() -> CatalogScope.unnamed(config.lake().catalog()));
        this.maxTimeout = config.sandbox().maxTimeout();
        this.backend = config.distributed().backend();
    }

    /** @param queueTimeout with the queue, as a header says */
    public static WorkloadRequest read(byte[] body, Optional<Duration> queueTimeout, NeriumConfig config) {
        WorkloadRequestReader reader = new WorkloadRequestReader(body, config);
        return reader.request(queueTimeout, reader::work);
    }

    /** Reads the body of a request for any statement. */
    public static WorkloadRequest readStatement(byte[] body, Optional<Duration> queueTimeout, NeriumConfig config) {
        RequestFields fields = new RequestFields(Json.object(body));
        if (fields.names().contains("mode")) {
            throw NeriumException.invalid(
                    "mode is not a field of this route: it runs the statement in query, whatever that does.");
        }
        WorkloadRequestReader reader = new WorkloadRequestReader(recordedStatement(body), fields, config);
        return reader.request(queueTimeout, reader::statement);
    }

    private static byte[] recordedStatement(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        int start = text.indexOf('{') + 1;
        String separator = text.substring(start).stripLeading().startsWith("}") ? "" : ",";
        return (text.substring(0, start) + "\"mode\":\"" + STATEMENT + "\"" + separator + text.substring(start))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Reads a body as it is recorded, of any route. */
    static WorkloadRequest readRecorded(byte[] body, Optional<Duration> queueTimeout, NeriumConfig config) {
        WorkloadRequestReader reader = new WorkloadRequestReader(body, config);
        boolean statement = reader.fields.text("mode").filter(STATEMENT::equals).isPresent();
        return reader.request(queueTimeout, statement ? reader::statement : reader::work);
    }

    /** Reads the fields of a body that say where rows are written, and no others. */
    public static Optional<Destination> destination(byte[] body, NeriumConfig config, String catalog) {
        WorkloadRequestReader reader = new WorkloadRequestReader(body, config);
        for (String name : reader.fields.names()) {
            if (!DESTINATION.contains(name)) {
                throw NeriumException.invalid("The field '%s' is not known and can't be changed in a replay.%s"
                        .formatted(RequestFields.shortened(name), NearestName.hint(name, DESTINATION)));
            }
        }
        return reader.destination(CatalogScope.unnamed(catalog));
    }

    private Work statement() {
        return query("this route needs a statement of SQL", true);
    }

    private Work work() {
        WorkloadMode mode = fields.choice("mode", WorkloadMode.class)
                .orElseThrow(() -> NeriumException.invalid("mode is missing: choose query or script."));
        return switch (mode) {
            case QUERY -> query("mode query needs a Polars SQL text", false);
            case SCRIPT ->
                new Work.Script(fields.required("script", "mode script needs Python source"), params(), env());
        };
    }

    private Work query(String missing, boolean statements) {
        if (!env().isEmpty()) {
            throw NeriumException.invalid("env is for scripts: send the values of a query in params.");
        }
        String sql = fields.required("query", missing);
        return new Work.Query(sql, QueryParamsReader.read(fields.value("params")), statements);
    }

    /** @param read the work, after the names of the fields are checked */
    private WorkloadRequest request(Optional<Duration> queueTimeout, Supplier<Work> read) {
        List<String> warnings = new ArrayList<>(fields.warnings("", KNOWN));
        Work work = read.get();
        Map<String, TableReference> tables = tables(warnings);
        ComputeTarget place = place();
        Optional<Destination> destination = destination(catalog);
        if (place instanceof ComputeTarget.Cluster) {
            requireDistributable(destination);
            warnings.addAll(unused());
        }
        RequestedTimeouts time = new RequestedTimeouts(queueTimeout, timeout());
        RunOptions options = new RunOptions(
                ResultDelivery.INLINE,
                false,
                fields.flag("explain"),
                fields.flag("cache", true),
                Map.of(),
                Optional.of(text()),
                false);
        return new WorkloadRequest(
                work, catalog.name(), tables, place, destination, time, options, warnings, RunOrigin.UNKNOWN);
    }

    /** JSON is UTF-8, so nothing is lost. */
    private String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    private Optional<Duration> timeout() {
        long longest = maxTimeout.toSeconds();
        String expected = "a whole number of seconds from 1 to %d (sandbox.max-timeout)".formatted(longest);
        return fields.integer("timeoutSeconds", expected).map(seconds -> {
            if (seconds < 1 || seconds > longest) {
                throw NeriumException.invalid("timeoutSeconds is %d: expected %s.".formatted(seconds, expected));
            }
            return Duration.ofSeconds(seconds);
        });
    }

    private Map<String, String> params() {
        fields.value("params").ifPresent(node -> {
            if (!node.isObject()) {
                throw RequestFields.wrong("params", node, "an object of strings");
            }
            node.properties().forEach(entry -> {
                if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                    throw RequestFields.wrong(
                            "params." + entry.getKey(), entry.getValue(), "a string, a number, true or false");
                }
            });
        });
        return ScriptParams.read(body);
    }

    /** The names of the environment variables that the script gets. */
    private List<String> env() {
        JsonNode list = fields.value("env").orElse(Json.MAPPER.createArrayNode());
        if (!list.isArray()) {
            throw RequestFields.wrong("env", list, "a list of names of environment variables, such as [\"API_TOKEN\"]");
        }
        if (list.size() > MOST_VARIABLES) {
            throw NeriumException.invalid(
                    "env has %d names: expected at most %d.".formatted(list.size(), MOST_VARIABLES));
        }
        Set<String> names = new LinkedHashSet<>();
        for (int i = 0; i < list.size(); i++) {
            String field = "env[" + i + "]";
            if (!list.get(i).isTextual()) {
                throw RequestFields.wrong(field, list.get(i), "the name of an environment variable");
            }
            names.add(EnvironmentVariables.requireName(field, list.get(i).textValue()));
        }
        return List.copyOf(names);
    }

    private Map<String, TableReference> tables(List<String> warnings) {
        Map<String, TableReference> tables = new LinkedHashMap<>();
        JsonNode list = fields.value("tables").orElse(Json.MAPPER.createArrayNode());
        if (!list.isArray()) {
            throw RequestFields.wrong("tables", list, "a list such as [\"flowers=default.flowers\"]");
        }
        for (int i = 0; i < list.size(); i++) {
            String field = "tables[" + i + "]";
            if (list.get(i) instanceof ObjectNode object) {
                warnings.addAll(new RequestFields(object).warnings(field + ".", List.of("alias", "table")));
            }
            TableEntry entry = TableEntry.read(field, list.get(i), catalog);
            if (tables.put(entry.alias(), entry.table()) != null) {
                throw NeriumException.invalid(
                        "tables[%d] has the alias '%s', which another entry has too: give each its own."
                                .formatted(i, entry.alias()));
            }
        }
        return tables;
    }

    private ComputeTarget place() {
        int vcpus = fields.integer("vcpus", "2, 4, 8, 16 or 32").orElse(ComputeTarget.Local.DEFAULT.vcpus());
        if (!VCPUS.contains(vcpus)) {
            throw NeriumException.invalid("vcpus is " + vcpus + ": choose 2, 4, 8, 16 or 32.");
        }
        if (!fields.flag("distributed")) {
            return new ComputeTarget.Local(vcpus);
        }
        Optional<String> type = fields.text("instanceType");
        Optional<Integer> size = fields.integer("clusterSize", "a number from 1 to 64");
        size.filter(count -> count < 1 || count > 64).ifPresent(count -> {
            throw NeriumException.invalid("clusterSize is " + count + ": expected a number from 1 to 64.");
        });
        return new ComputeTarget.Cluster(
                backend == Backend.POLARS_CLOUD ? new ClusterSize(type, size) : ClusterSize.UNSPECIFIED);
    }

    private void requireDistributable(Optional<Destination> destination) {
        if (fields.flag("explain")) {
            throw NeriumException.invalid(
                    "explain and distributed are both true: plans are explained for one machine. Send distributed: false.");
        }
        if (!env().isEmpty()) {
            throw NeriumException.invalid(
                    "env is set and distributed is true: a cluster does not get environment variables. Send distributed: false.");
        }
        if (destination
                .filter(to -> to.modes().save() instanceof SaveMode.Merge)
                .isPresent()) {
            throw NeriumException.invalid(
                    "saveMode is 'merge' and distributed is true: a merge runs on one machine. Send distributed: false.");
        }
    }

    /** Fields that only engines have a use for whose machines are bought for the run. */
    private List<String> unused() {
        if (backend == Backend.POLARS_CLOUD) {
            return List.of();
        }
        return Stream.of("instanceType", "clusterSize")
                .filter(field -> fields.value(field).isPresent())
                .map(field -> field + " was not used: " + backend.text() + " has a fixed number of machines.")
                .toList();
    }

    private Optional<Destination> destination(CatalogScope of) {
        SaveMode save = SaveModeField.read(fields);
        SchemaMode schema = fields.choice("schemaMode", SchemaMode.class).orElse(SchemaMode.STRICT);
        Optional<String> table = fields.text("destination");
        if (schema == SchemaMode.MERGE && (table.isEmpty() || save != SaveMode.Plain.APPEND)) {
            throw NeriumException.invalid("schemaMode is 'merge', which adds columns to the table that is appended to:"
                    + " it needs a destination and the saveMode append.");
        }
        return table.map(
                text -> new Destination(TableEntry.destination(text, "destination", of), new WriteModes(save, schema)));
    }
}
