package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.ByteSize;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.TablePath;
import dev.nerium.lake.AuthorizedLake;
import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.refs.FastForward;
import dev.nerium.lake.refs.RefRetention;
import dev.nerium.lake.refs.TableRef;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;

/**
 * The branches and tags of a table. Their names are in the bodies, because a name may have any character and a path may not.
 */
public final class RefRoutes {
    private static final String REFS = TablePath.TABLE + "/refs";

    private final Authentication authentication;
    private final Lake lake;
    private final Grants grants;
    private final ByteSize maxBody;

    public RefRoutes(Authentication authentication, Lake lake, Grants grants, ByteSize maxBody) {
        this.authentication = authentication;
        this.lake = lake;
        this.grants = grants;
        this.maxBody = maxBody;
    }

    public void register(Router routes) {
        routes.get(REFS, this::list)
                .post(REFS, change(this::create))
                .post(REFS + "/fast-forward", change(this::fastForward))
                .post(REFS + "/drop", change(this::drop));
    }

    private void list(ServerRequest request, ServerResponse response) {
        Principal principal = authentication.principal(request);
        TableName table = TablePath.table(request);
        ObjectNode body = Json.MAPPER.createObjectNode().put("ok", true);
        ArrayNode refs = body.putArray("refs");
        TablePath.found(() -> visible(principal).refs(table)).forEach(ref -> refs.add(json(ref)));
        Json.send(response, body);
    }

    private AuthorizedLake visible(Principal principal) {
        return lake.as(grants.of(principal));
    }

    /** A change of the branches and tags of a table. */
    @FunctionalInterface
    private interface Change {
        ObjectNode of(AuthorizedLake visible, TableName table, RequestFields fields);
    }

    private Handler change(Change change) {
        return (request, response) -> {
            Principal principal = authentication.principal(request);
            principal.require(Scope.WRITE, "changing the branches and tags of a table");
            TableName table = TablePath.table(request);
            RequestFields fields = new RequestFields(Json.object(RequestBody.read(request, maxBody)));
            Json.send(
                    response,
                    TablePath.found(() -> authentication.record(
                            request,
                            AuditAction.REF_CHANGE,
                            table.toString(),
                            () -> change.of(visible(principal), table, fields))));
        };
    }

    private ObjectNode create(AuthorizedLake visible, TableName table, RequestFields fields) {
        TableRef created = visible.changeRefs(table).create(RefRequestReader.creation(fields));
        return body(table).set("ref", json(created));
    }

    private ObjectNode fastForward(AuthorizedLake visible, TableName table, RequestFields fields) {
        RefRequestReader.Forward order = RefRequestReader.forward(fields);
        FastForward moved = visible.changeRefs(table).fastForward(order.branch(), order.to(), order.snapshot());
        ObjectNode body = body(table).put("branch", moved.branch());
        moved.from()
                .ifPresentOrElse(
                        from -> body.set("from", MaintenanceResponse.snapshot(from)), () -> body.putNull("from"));
        return body.set("to", MaintenanceResponse.snapshot(moved.to()));
    }

    private ObjectNode drop(AuthorizedLake visible, TableName table, RequestFields fields) {
        RefRequestReader.Drop order = RefRequestReader.drop(fields);
        ObjectNode body = body(table);
        visible.changeRefs(table)
                .drop(order.name(), order.kind(), order.ifExists())
                .ifPresentOrElse(ref -> body.set("dropped", json(ref)), () -> body.putNull("dropped"));
        return body;
    }

    private static ObjectNode body(TableName table) {
        return Json.MAPPER.createObjectNode().put("success", true).put("table", table.local());
    }

    static ObjectNode json(TableRef ref) {
        ObjectNode node = Json.MAPPER
                .createObjectNode()
                .put("name", ref.name())
                .put("type", ref.kind().text());
        node.set("snapshot", MaintenanceResponse.snapshot(ref.snapshot()));
        RefRetention retention = ref.retention();
        return node.put(
                        "max_ref_age_ms",
                        retention.maxRefAge().map(Duration::toMillis).orElse(null))
                .put("min_snapshots_to_keep", retention.minSnapshotsToKeep().orElse(null))
                .put(
                        "max_snapshot_age_ms",
                        retention.maxSnapshotAge().map(Duration::toMillis).orElse(null));
    }
}
