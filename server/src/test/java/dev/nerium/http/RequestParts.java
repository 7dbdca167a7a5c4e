package dev.nerium.http;

import dev.nerium.auth.Principal;
import dev.nerium.config.NeriumConfig;
import dev.nerium.lake.CompactionOrder;
import dev.nerium.lake.ExpiryOrder;
import dev.nerium.lake.OrphanOrder;
import dev.nerium.lake.RollbackOrder;
import dev.nerium.observe.lineage.EventFilter;
import dev.nerium.workload.Destination;
import dev.nerium.workload.WorkloadRequest;
import io.helidon.common.uri.UriQuery;
import io.helidon.webserver.http.ServerRequest;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Reads queries and bodies as the routes do, without a server, for tests outside of this package. */
public final class RequestParts {
    /** Nodes that the lineage graph has at most. */
    public static final int MOST_NODES = LineageRoutes.MOST_NODES;

    private RequestParts() {}

    public static int runsLimit(String query) {
        return RunRoutes.limit(request(query));
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
        return EventParameters.read(request(query), Principal.SERVER);
    }

    public static CompactionOrder compaction(String body, Clock clock) {
        return MaintenanceBody.compaction(fields(body), clock).order();
    }

    public static ExpiryOrder expiry(String body, Clock clock) {
        return MaintenanceBody.expiry(fields(body), clock);
    }

    public static OrphanOrder orphans(String body, Clock clock) {
        return MaintenanceBody.orphans(fields(body), clock, Duration.ofMinutes(30));
    }

    public static RollbackOrder rollback(String body, Clock clock) {
        return MaintenanceBody.rollback(fields(body), clock);
    }

    public static WorkloadRequest workload(String body, NeriumConfig config) {
        return WorkloadBody.read(bytes(body), Optional.empty(), config);
    }

    public static Optional<Destination> replay(String body, NeriumConfig config) {
        return WorkloadBody.destination(bytes(body), config, config.lake().catalog());
    }

    private static Fields fields(String body) {
        return new Fields(Json.object(bytes(body)));
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
