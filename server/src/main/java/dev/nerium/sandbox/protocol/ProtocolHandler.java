package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.command.CommandResult;
import dev.nerium.lake.command.ViewText;
import dev.nerium.lake.scan.MergeCandidates;
import dev.nerium.lake.scan.ScanPlan;
import dev.nerium.lake.write.WriteProperties;
import dev.nerium.sandbox.job.ClusterTask;
import dev.nerium.sandbox.job.JobOutcome;
import dev.nerium.sandbox.job.JobOutcome.Explained;
import dev.nerium.sandbox.job.JobOutcome.FailureKind;
import dev.nerium.sandbox.job.JobOutcome.Refused;
import dev.nerium.sandbox.job.JobOutcome.UserFailed;
import dev.nerium.sandbox.job.OutsideFiles;
import dev.nerium.sandbox.job.PlanRequest;
import dev.nerium.sandbox.job.TableDescription;
import dev.nerium.sandbox.job.WorkerCallbacks;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Handles the messages of a worker during a job. Everything from the worker is checked. */
public final class ProtocolHandler {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final byte[] NOTHING = new byte[0];

    /** The worker cuts its own texts shorter; a script may speak for it. */
    private static final int MAX_MESSAGE_LENGTH = 4 << 10;

    private static final int LONGEST_DETAILS = 128 << 10;
    private static final int REPORTS_AT_ONCE = 10;
    private static final Duration FREE_ANSWERS = Duration.ofSeconds(5);

    private final FrameChannel channel;
    private final WorkerCallbacks host;
    private final ScanPlanEncoder plans;
    private final LineageReader lineage;
    private final PlanNotesReader notes;
    private final CallbackThrottle budget = new CallbackThrottle(FREE_ANSWERS);
    private final long start = System.nanoTime();
    private long reports;
    private @Nullable NeriumException refused;

    public ProtocolHandler(FrameChannel channel, WorkerCallbacks host, ScanPlanEncoder plans) {
        this.channel = channel;
        this.host = host;
        this.plans = plans;
        this.lineage = new LineageReader(host);
        this.notes = new PlanNotesReader(host);
    }

    /** Handles one message: responds to a request, or returns the end of the job. */
    public Optional<WorkerReply> handle(Frame frame) throws IOException {
        switch (frame.type()) {
            case "ask" -> {
                long start = System.nanoTime();
                respond(frame.header());
                budget.spend(Duration.ofNanos(System.nanoTime() - start));
            }
            case "progress" -> progress(integer(frame.header(), "rows"));
            case "result" -> {
                return Optional.of(
                        new WorkerReply.Result(frame, lineage.read(frame.header()), notes.read(frame.header())));
            }
            case "explained" -> {
                return Optional.of(
                        new WorkerReply.Explained(frame, lineage.read(frame.header()), notes.read(frame.header())));
            }
            case "failed" -> {
                return Optional.of(new WorkerReply.Failed(failure(frame.header())));
            }
            default -> throw new ProtocolException("a message of the type '" + PlainText.of(frame.type(), 40) + "'");
        }
        return Optional.empty();
    }

    /** The worker's own come once a second; only a flood of them is more. */
    private void progress(long rows) throws ProtocolException {
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        if (rows < 0 || ++reports > REPORTS_AT_ONCE + seconds * REPORTS_AT_ONCE) {
            throw new ProtocolException("more messages of progress than there is progress");
        }
        host.progress(rows);
    }

    private void respond(JsonNode ask) throws IOException {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        answer.put("type", "answer").put("id", integer(ask, "id"));
        byte[] payload = NOTHING;
        try {
            payload = respond(ask, answer);
        } catch (NeriumException e) {
            refused = e;
            answer.putObject("error")
                    .put("error", PlainText.of(e.message(), MAX_MESSAGE_LENGTH))
                    .put("details", PlainText.of(e.details().orElse(""), LONGEST_DETAILS))
                    .putNull("hint");
        }
        channel.write(answer, payload);
    }

    private byte[] respond(JsonNode ask, ObjectNode answer) throws IOException {
        switch (text(ask, "what")) {
            case "table" -> table(text(ask, "name"), answer);
            case "plan" -> {
                return plan(ask, answer);
            }
            case "files" -> files(ask, answer);
            case "read" -> host.read(handle(ask, "table"), filter(ask), columns(ask));
            case "count" -> count(ask, answer);
            case "change" -> change(ask, answer);
            case "command" -> command(ask, answer);
            case "write" -> write(ask, answer);
            case "candidates" -> {
                return candidates(ask, answer);
            }
            case "namespaces" -> {
                var namespaces = answer.putArray("namespaces");
                if (ask.path("parent").isEmpty()) {
                    host.namespaces().forEach(namespace -> namespaces.addArray().add(namespace));
                }
            }
            case "tables" ->
                host.tables(String.join(".", texts(ask.path("namespace")))).forEach(answer.putArray("tables")::add);
            case "metadata" -> {
                WorkerCallbacks.TableMetadata metadata = host.metadata(text(ask, "name"));
                answer.put("location", metadata.location()).putRawValue("metadata", new RawValue(metadata.json()));
            }
            case "catalog" -> {
                WorkerCallbacks.ScriptCatalogResponse answered = host.catalog(new WorkerCallbacks.ScriptCatalogRequest(
                        text(ask, "method"), text(ask, "path"), strings(ask.path("query")), text(ask, "body")));
                answer.put("status", answered.status()).putNull("body");
                answered.json().ifPresent(json -> answer.putRawValue("body", new RawValue(json)));
            }
            default -> throw new ProtocolException("an ask that is not known");
        }
        return NOTHING;
    }

    private byte[] plan(JsonNode ask, ObjectNode answer) throws IOException {
        OptionalLong limit = ask.hasNonNull("limit") ? OptionalLong.of(integer(ask, "limit")) : OptionalLong.empty();
        if (limit.isPresent() && limit.getAsLong() < 0) {
            throw new ProtocolException("a limit below zero");
        }
        PlanRequest planned = new PlanRequest(handle(ask, "table"), filter(ask), limit, columns(ask));
        ScanPlan plan = host.plan(planned);
        return plans.encode(isByIds(ask) ? plan.byIds() : plan, answer);
    }

    private static boolean isByIds(JsonNode ask) throws ProtocolException {
        return flag(ask, "byIds");
    }

    private void files(JsonNode ask, ObjectNode answer) throws ProtocolException {
        OutsideFiles found = host.files(text(ask, "function"), texts(ask.path("paths")));
        answer.put("table", found.handle());
        ArrayNode files = answer.putArray("files");
        found.files()
                .forEach(file ->
                        files.addObject().put("name", plans.expose(file.copy())).put("path", file.path()));
    }

    private void count(JsonNode ask, ObjectNode answer) throws ProtocolException {
        OptionalLong rows = host.count(handle(ask, "table"));
        if (rows.isPresent()) {
            answer.put("rows", rows.getAsLong());
        } else {
            answer.putNull("rows");
        }
    }

    /** The handle of a table of the run. Clamping keeps numbers outside the range of handles invalid. */
    private static int handle(JsonNode message, String field) throws ProtocolException {
        return Math.clamp(integer(message, field), -1, Integer.MAX_VALUE);
    }

    private byte[] candidates(JsonNode ask, ObjectNode answer) throws IOException {
        MergeCandidates candidates = host.candidates(filter(ask), columns(ask));
        answer.put("deletes", candidates.haveDeletes());
        return plans.encode(candidates.plan(), answer);
    }

    private static Optional<List<String>> columns(JsonNode ask) throws ProtocolException {
        return ask.hasNonNull("columns") ? Optional.of(texts(ask.get("columns"))) : Optional.empty();
    }

    private static Optional<String> filter(JsonNode ask) {
        return ask.hasNonNull("filter") ? Optional.of(ask.get("filter").toString()) : Optional.empty();
    }

    private void table(String name, ObjectNode answer) {
        TableDescription table;
        try {
            table = host.table(name);
        } catch (NeriumException e) {
            view(host.view(name).orElseThrow(() -> e), answer.putObject("view"));
            return;
        }
        table.write(answer.putObject("table"));
    }

    private static void view(ViewText view, ObjectNode node) {
        node.put("name", view.name().toString());
        view.columns().forEach(node.putArray("columns")::add);
        ArrayNode texts = node.putArray("texts");
        view.texts()
                .forEach(
                        text -> texts.addObject().put("dialect", text.dialect()).put("sql", text.sql()));
        node.put("catalog", view.catalog()).put("namespace", view.namespace());
    }

    private void command(JsonNode ask, ObjectNode answer) throws ProtocolException {
        if (!ask.path("command").isObject()) {
            throw new ProtocolException("a command that is not an object");
        }
        CommandResult result = host.command(ask.get("command"));
        result.columns().forEach(answer.putArray("columns")::add);
        ArrayNode rows = answer.putArray("rows");
        result.rows().forEach(row -> row.forEach(rows.addArray()::add));
    }

    private void change(JsonNode ask, ObjectNode answer) throws ProtocolException {
        WorkerCallbacks.ChangeKind kind;
        try {
            kind = WorkerCallbacks.ChangeKind.valueOf(text(ask, "kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a change of an unknown kind");
        }
        WorkerCallbacks.ChangeTarget target = host.change(new WorkerCallbacks.ChangeRequest(
                text(ask, "table"), kind, flag(ask, "if_not_exists"), Optional.ofNullable(ask.get("create"))));
        answer.put("exists", target.exists()).putNull("table");
        target.table().ifPresent(table -> table.write(answer.putObject("table")));
    }

    private void write(JsonNode ask, ObjectNode answer) throws ProtocolException {
        if (!ask.path("schema").isObject()) {
            throw new ProtocolException("a schema that is not an object");
        }
        WorkerCallbacks.WriteInstructions order = host.write(ask.get("schema").toString());
        answer.putRawValue("schema", new RawValue(order.schemaJson()));
        answer.putRawValue("spec", new RawValue(order.specJson()));
        answer.putRawValue("order", new RawValue(order.orderJson()));
        WriteProperties settings = order.settings();
        answer.putObject("properties")
                .put("compression", settings.codec())
                .put("compressionLevel", settings.level().orElse(null))
                .put("targetFileBytes", settings.targetFileBytes())
                .put("pageBytes", settings.pageBytes().orElse(null))
                .put("rowGroupBytes", settings.rowGroupBytes().orElse(null));
        answer.putNull("merge");
        order.merge().ifPresent(merge -> merge(merge, answer.putObject("merge")));
    }

    private static void merge(WorkerCallbacks.MergeInstructions merge, ObjectNode node) {
        merge.keys().forEach(node.putArray("keys")::add);
        node.putNull("table");
        merge.table().ifPresent(table -> table.write(node.putObject("table")));
    }

    /** The Parquet files that a result lists: names, and the JSON of each one's partition. */
    public static Map<String, String> written(JsonNode result) throws ProtocolException {
        Map<String, String> partitions = new LinkedHashMap<>();
        for (JsonNode file : result.path("written").path("files")) {
            if (!file.path("partition").isObject()) {
                throw new ProtocolException("a file whose partition is not an object");
            }
            partitions.put(text(file, "name"), file.get("partition").toString());
        }
        return partitions;
    }

    /** Rows of each of these files, as reported in the result. */
    public static Map<String, Long> writtenRows(JsonNode result) throws ProtocolException {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (JsonNode file : result.path("written").path("files")) {
            rows.put(text(file, "name"), integer(file, "rows"));
        }
        return rows;
    }

    /** Name of the file with the numbers of the rows that a merge replaces; empty where there is none. */
    public static Optional<String> replacedFile(JsonNode result) throws ProtocolException {
        JsonNode replaced = result.path("written").path("replaced");
        return replaced.isObject() ? Optional.of(text(replaced, "file")) : Optional.empty();
    }

    /** Rows of the result that replace others. */
    public static long updatedRows(JsonNode result) throws ProtocolException {
        return integer(result.path("written").path("replaced"), "updated");
    }

    /** Rows that a table had whose rows were all taken away; empty for every other change. */
    public static OptionalLong truncatedRows(JsonNode result) throws ProtocolException {
        JsonNode written = result.path("written");
        if (!written.hasNonNull("truncated")) {
            return OptionalLong.empty();
        }
        long rows = integer(written, "truncated");
        if (rows < 0) {
            throw new ProtocolException("a number of rows below zero");
        }
        return OptionalLong.of(rows);
    }

    /** Name of the file that holds the Arrow stream; empty where the payload is it. */
    public static Optional<String> resultFile(JsonNode result) throws ProtocolException {
        return result.hasNonNull("file") ? Optional.of(text(result, "file")) : Optional.empty();
    }

    /** The files that hold a result which is divided, and the rows of each; empty where it is not. */
    public static Map<String, Long> pages(JsonNode result) throws ProtocolException {
        Map<String, Long> pages = new LinkedHashMap<>();
        for (JsonNode page : result.path("pages")) {
            if (pages.put(text(page, "file"), integer(page, "rows")) != null) {
                throw new ProtocolException("a page that is named twice");
            }
        }
        return pages;
    }

    /** The task of a cluster, if the job wrote one. */
    public static Optional<ClusterTask> task(JsonNode result) throws ProtocolException {
        if (result.path("statement").isObject()) {
            return Optional.of(statement(result.path("statement")));
        }
        return result.path("plan").isObject() ? Optional.of(plans(result.path("plan"))) : Optional.empty();
    }

    private static ClusterTask.Plans plans(JsonNode message) throws ProtocolException {
        Map<Integer, String> tables = new LinkedHashMap<>();
        for (JsonNode table : message.path("tables")) {
            tables.put(handle(table, "table"), text(table, "plan"));
        }
        return new ClusterTask.Plans(text(message, "root"), tables);
    }

    private static ClusterTask.Statement statement(JsonNode statement) throws ProtocolException {
        Map<String, Integer> tables = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> table : statement.path("tables").properties()) {
            tables.put(table.getKey(), handle(statement.path("tables"), table.getKey()));
        }
        if (!statement.path("schema").isObject()) {
            throw new ProtocolException("a schema that is not an object");
        }
        return new ClusterTask.Statement(
                text(statement, "sql"), tables, statement.get("schema").toString());
    }

    /** Reads the message of a worker about a job that it planned. */
    public static Explained explained(WorkerReply.Explained explained) throws ProtocolException {
        Frame frame = explained.frame();
        JsonNode texts;
        try {
            texts = JSON.readTree(frame.payload());
        } catch (IOException e) {
            throw new ProtocolException("an explanation that is not JSON");
        }
        return new Explained(
                texts(frame.header().path("columns")),
                texts(frame.header().path("dtypes")),
                PlainText.of(text(texts, "plan")),
                PlainText.of(text(texts, "graph")),
                explained.lineage(),
                explained.notes());
    }

    private JobOutcome failure(JsonNode message) throws ProtocolException {
        FailureKind kind;
        try {
            kind = FailureKind.valueOf(text(message, "kind").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("a failure of an unknown kind");
        }
        // The worker passes on what it was refused, without the code, which would not be believed anyway.
        if (refused != null
                && refused.message().length() <= MAX_MESSAGE_LENGTH
                && text(message, "error").equals(refused.message())) {
            return new Refused(refused);
        }
        return new UserFailed(
                kind,
                PlainText.of(text(message, "error"), MAX_MESSAGE_LENGTH),
                PlainText.of(message.path("details").asText(""), LONGEST_DETAILS),
                message.path("line").isInt()
                        ? OptionalInt.of(message.get("line").asInt())
                        : OptionalInt.empty(),
                message.hasNonNull("hint")
                        ? Optional.of(PlainText.of(message.get("hint").asText(), MAX_MESSAGE_LENGTH))
                        : Optional.empty());
    }

    /** Whether the worker says that the statement has the same result each time it reads the same snapshots. */
    public static boolean isDeterministic(JsonNode result) throws ProtocolException {
        return flag(result, "deterministic");
    }

    /** A field that may be left out. */
    private static boolean flag(JsonNode message, String field) throws ProtocolException {
        if (message.has(field) && !message.get(field).isBoolean()) {
            throw new ProtocolException("a message whose '" + field + "' is not a boolean");
        }
        return message.path(field).booleanValue();
    }

    private static String text(JsonNode message, String field) throws ProtocolException {
        if (!message.path(field).isTextual()) {
            throw new ProtocolException("a message whose '" + field + "' is not a text");
        }
        return message.get(field).textValue();
    }

    private static List<String> texts(JsonNode list) throws ProtocolException {
        List<String> texts = new ArrayList<>();
        for (JsonNode item : list) {
            if (!item.isTextual()) {
                throw new ProtocolException("a list whose items are not texts");
            }
            texts.add(item.textValue());
        }
        return texts;
    }

    private static Map<String, String> strings(JsonNode object) throws ProtocolException {
        Map<String, String> strings = new HashMap<>();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            strings.put(field.getKey(), text(object, field.getKey()));
        }
        return strings;
    }

    private static long integer(JsonNode message, String field) throws ProtocolException {
        if (!message.path(field).canConvertToLong() || !message.path(field).isIntegralNumber()) {
            throw new ProtocolException("a message whose '" + field + "' is not an integer");
        }
        return message.get(field).longValue();
    }
}
