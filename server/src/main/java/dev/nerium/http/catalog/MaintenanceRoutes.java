package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.audit.AuditAction;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.grant.Grants;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestBody;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import dev.nerium.http.common.RunIdHeader;
import dev.nerium.http.common.TablePath;
import dev.nerium.lake.Lake;
import dev.nerium.lake.maintenance.MaintenanceMode;
import dev.nerium.lake.maintenance.TableMaintenance;
import dev.nerium.lake.name.TableName;
import dev.nerium.run.RunIds;
import dev.nerium.workload.CompactionService;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * {@code POST} of what keeps a table in shape. A compaction runs in a worker, so it is a run with an id and a record; the
 * others are done by the server itself, and their answer is all that there is of them.
 */
public final class MaintenanceRoutes {
    private static final String TABLE = "/api/v2/catalogs/{catalog}/namespaces/{namespace}/tables/{table}";

    private final Authentication authentication;
    private final Lake lake;
    private final Grants grants;
    private final CompactionService compactions;
    private final RunIds ids;
    private final DisconnectMonitor clients;
    private final Clock clock;
    private final NeriumConfig config;

    public MaintenanceRoutes(
            Authentication authentication,
            Lake lake,
            Grants grants,
            CompactionService compactions,
            RunIds ids,
            DisconnectMonitor clients,
            Clock clock,
            NeriumConfig config) {
        this.authentication = authentication;
        this.lake = lake;
        this.grants = grants;
        this.compactions = compactions;
        this.ids = ids;
        this.clients = clients;
        this.clock = clock;
        this.config = config;
    }

    /** Handles a request for the table in the path. */
    @FunctionalInterface
    private interface MaintenanceAction {
        ObjectNode report(Call call);
    }

    /** A request to a route. */
    private record Call(Principal principal, TableName table, RequestFields fields, ServerRequest request) {}

    public void register(Router routes) {
        routes.post(TABLE + "/compact", handler(this::compact))
                .post(TABLE + "/expire", handler(this::expire))
                .post(TABLE + "/remove-orphans", handler(this::removeOrphans))
                .post(TABLE + "/rollback", handler(this::rollback));
    }

    private io.helidon.webserver.http.Handler handler(MaintenanceAction action) {
        return (request, response) -> answer(request, response, action);
    }

    private void answer(ServerRequest request, ServerResponse response, MaintenanceAction action) throws IOException {
        Principal principal = authentication.principal(request);
        principal.require(Scope.WRITE, "maintaining a table");
        TableName table = TablePath.table(request);
        RequestFields fields = new RequestFields(
                Json.object(RequestBody.read(request, config.http().maxBody())));
        Json.send(response, TablePath.found(() -> action.report(new Call(principal, table, fields, request))));
    }

    private ObjectNode compact(Call call) {
        MaintenanceRequestReader.Compaction compaction = MaintenanceRequestReader.compaction(call.fields(), clock);
        UUID id = RunIdHeader.read(call.request(), ids);
        if (compaction.effect() == MaintenanceMode.DRY_RUN) {
            return MaintenanceResponse.compaction(
                    call.table(), compaction, compactions.preview(call.principal(), call.table(), compaction.order()));
        }
        try (var _ = clients.watch(call.request(), id)) {
            return MaintenanceResponse.compaction(
                    call.table(),
                    compaction,
                    record(
                            call,
                            compaction.effect(),
                            () -> compactions.step(call.principal(), call.table(), compaction.order(), id)));
        }
    }

    private TableMaintenance maintenance(Call call) {
        return lake.as(grants.of(call.principal())).maintain(call.table());
    }

    private ObjectNode expire(Call call) {
        var order = MaintenanceRequestReader.expiry(call.fields(), clock);
        return MaintenanceResponse.expiry(
                call.table(),
                record(call, order.effect(), () -> maintenance(call).expire(order)));
    }

    private ObjectNode removeOrphans(Call call) {
        var order = MaintenanceRequestReader.orphans(
                call.fields(), clock, config.sandbox().maxTimeout());
        return MaintenanceResponse.orphans(
                call.table(),
                order,
                record(call, order.effect(), () -> maintenance(call).removeOrphans(order)));
    }

    private ObjectNode rollback(Call call) {
        var order = MaintenanceRequestReader.rollback(call.fields(), clock);
        return MaintenanceResponse.rollback(
                call.table(),
                record(call, order.effect(), () -> maintenance(call).rollback(order)));
    }

    /** A dry run changes nothing, and is not recorded. */
    private <T> T record(Call call, MaintenanceMode effect, Supplier<T> work) {
        return effect == MaintenanceMode.DRY_RUN
                ? work.get()
                : authentication.record(
                        call.request(), AuditAction.TABLE_MAINTAIN, call.table().toString(), work);
    }
}
