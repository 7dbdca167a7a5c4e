package dev.nerium.http;

import dev.nerium.http.common.DisconnectMonitor;
import dev.nerium.http.common.Router;
import dev.nerium.http.ops.MetricsRoutes;
import dev.nerium.observe.metrics.HttpMetrics;
import io.helidon.webserver.http.HttpRouting;
import java.util.List;
import java.util.function.Consumer;

/** Every route of the server. */
public final class Routes implements AutoCloseable {
    private final List<Consumer<Router>> groups;
    private final HttpMetrics metrics;
    private final DisconnectMonitor clients;
    private List<String> all = List.of();

    /**
     * @param groups each adds its routes
     * @param clients closed with the routes
     */
    public Routes(List<Consumer<Router>> groups, HttpMetrics metrics, DisconnectMonitor clients) {
        this.groups = List.copyOf(groups);
        this.metrics = metrics;
        this.clients = clients;
    }

    void register(HttpRouting.Builder routing) {
        routing.addFilter((chain, request, response) -> MetricsRoutes.count(metrics, chain, request, response));
        Router routes = new Router(routing);
        groups.forEach(group -> group.accept(routes));
        routes.refuseOthers();
        all = routes.all();
    }

    /** Every route, once the server has them: its method, a space and its path. */
    public List<String> all() {
        return all;
    }

    @Override
    public void close() {
        clients.close();
    }
}
