package dev.nerium.http;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.http.catalog.MaintenanceRequestReader;
import dev.nerium.http.catalog.RefRequestReader;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.key.KeyRoutes;
import dev.nerium.http.lineage.EventQuery;
import dev.nerium.http.lineage.LineageRoutes;
import dev.nerium.http.quota.QuotaRoutes;
import dev.nerium.http.run.RunResultRoutes;
import dev.nerium.http.run.RunRoutes;
import dev.nerium.http.run.RunStreamRoutes;
import dev.nerium.http.workload.WorkloadRequestReader;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.ExpirationOptions;
import dev.nerium.lake.maintenance.OrphanOptions;
import dev.nerium.lake.maintenance.RollbackOptions;
import dev.nerium.lake.refs.NewRef;
import dev.nerium.observe.lineage.EventFilter;
import dev.nerium.quota.QuotaLimit;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.WorkloadRequest;
import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.ServerRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Reads queries and bodies as the routes do, without a server, for tests outside of this package. */
public final class RequestParts {
    /** Nodes that the lineage graph has at most. */
    public static final int MOST_NODES = LineageRoutes.MOST_NODES;

    private RequestParts() {}

    public static int runsLimit(String query) {
        return RunRoutes.limit(request(query));
    }

    public static int keysLimit(String query) {
        return KeyRoutes.limit(request(query));
    }

    public static Optional<Groups> groups(String body) {
        return KeyRoutes.groups(fields(body));
    }

    public static int logOffset(String query) {
        return RunStreamRoutes.offset(request(query));
    }

    public static Optional<Integer> resultPage(String query) {
        return RunResultRoutes.page(request(query));
    }

    public static int graphDepth(String query) {
        return LineageRoutes.depth(request(query));
    }

    public static EventFilter events(String query) {
        return EventQuery.read(request(query), Principal.SERVER);
    }

    public static CompactionOptions compaction(String body, Clock clock) {
        return MaintenanceRequestReader.compaction(fields(body), clock).order();
    }

    public static ExpirationOptions expiry(String body, Clock clock) {
        return MaintenanceRequestReader.expiry(fields(body), clock);
    }

    public static OrphanOptions orphans(String body, Clock clock) {
        return MaintenanceRequestReader.orphans(fields(body), clock, Duration.ofMinutes(30));
    }

    public static RollbackOptions rollback(String body, Clock clock) {
        return MaintenanceRequestReader.rollback(fields(body), clock);
    }

    public static NewRef ref(String body) {
        return RefRequestReader.creation(fields(body));
    }

    public static WorkloadRequest workload(String body, NeriumConfig config) {
        return WorkloadRequestReader.read(bytes(body), Optional.empty(), config);
    }

    public static Optional<Destination> replay(String body, NeriumConfig config) {
        return WorkloadRequestReader.destination(
                bytes(body), config, config.lake().catalog());
    }

    public static Map<QuotaLimit, Long> quota(String body) {
        return QuotaRoutes.limits(fields(body));
    }

    private static RequestFields fields(String body) {
        return new RequestFields(Json.object(bytes(body)));
    }

    private static byte[] bytes(String body) {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    /** A request that has a query and nothing else. */
    private static ServerRequest request(String query) {
        return (ServerRequest) Proxy.newProxyInstance(
                RequestParts.class.getClassLoader(),
                new Class<?>[] {ServerRequest.class},
                (self, method, arguments) -> {
                    if (!method.getName().equals("query")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return UriQuery.create(query);
                });
    }
}
