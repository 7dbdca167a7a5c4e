package dev.nerium.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.Effect;
import dev.nerium.lake.Lake;
import dev.nerium.lake.TableName;
import dev.nerium.run.RunIds;
import dev.nerium.workload.Compactions;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;

/**
 * {@code POST} of what keeps a table in shape. A compaction runs in a worker, so it is a run with an id and a record; the
 * others are done by the server itself, and their answer is all that there is of them.
 */
final class MaintenanceRoutes {
    private static final String TABLE = "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}";

    private final Authentication authentication;
    private final Lake lake;
    private final Compactions compactions;
    private final RunIds ids;
    private final ClientWatch clients;
    private final Clock clock;
    private final NeriumConfig config;

    MaintenanceRoutes(
            Authentication authentication,
            Lake lake,
            Compactions compactions,
            RunIds ids,
            ClientWatch clients,
            Clock clock,
            NeriumConfig config) {
        this.authentication = authentication;
        this.lake = lake;
        this.compactions = compactions;
        this.ids = ids;
        this.clients = clients;
        this.clock = clock;
        this.config = config;
    }

    /** What one route does with a table that the path names. */
    @FunctionalInterface
    private interface Action {
        ObjectNode report(Call call);
    }

    /** A request to a route. */
    private record Call(Principal principal, TableName table, Fields fields, ServerRequest request) {}

    void register(RouteTable routes) {
        routes.post(TABLE + "/compact", handler(this::compact))
                .post(TABLE + "/expire", handler(this::expire))
                .post(TABLE + "/remove-orphans", handler(this::removeOrphans))
                .post(TABLE + "/rollback", handler(this::rollback));
    }

    private io.helidon.webserver.http.Handler handler(Action action) {
        return (request, response) -> answer(request, response, action);
    }

    private void answer(ServerRequest request, ServerResponse response, Action action) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "maintaining a table");
        TableName table = CatalogPath.table(request);
        Fields fields =
                new Fields(Json.object(JsonBody.read(request, config.http().maxBody())));
        Json.send(response, CatalogPath.found(() -> action.report(new Call(principal, table, fields, request))));
    }

    private ObjectNode compact(Call call) {
        MaintenanceBody.Compaction compaction = MaintenanceBody.compaction(call.fields(), clock);
        UUID id = WorkloadRoutes.runId(call.request(), ids);
        if (compaction.effect() == Effect.DRY_RUN) {
            return MaintenanceReply.compaction(
                    call.table(), compaction, compactions.preview(call.table(), compaction.order()));
        }
        try (var _ = clients.watch(call.request(), id)) {
            return MaintenanceReply.compaction(
                    call.table(), compaction, compactions.step(call.principal(), call.table(), compaction.order(), id));
        }
    }

    private ObjectNode expire(Call call) {
        var order = MaintenanceBody.expiry(call.fields(), clock);
        return MaintenanceReply.expiry(call.table(), lake.maintain(call.table()).expire(order));
    }

    private ObjectNode removeOrphans(Call call) {
        var order =
                MaintenanceBody.orphans(call.fields(), clock, config.sandbox().maxTimeout());
        return MaintenanceReply.orphans(
                call.table(), order, lake.maintain(call.table()).removeOrphans(order));
    }

    private ObjectNode rollback(Call call) {
        var order = MaintenanceBody.rollback(call.fields(), clock);
        return MaintenanceReply.rollback(
                call.table(), lake.maintain(call.table()).rollback(order));
    }
}
