package dev.nerium.http.workload;

import dev.nerium.auth.Scope;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.Authentication;
import dev.nerium.http.common.Json;
import dev.nerium.http.common.RequestFields;
import dev.nerium.http.common.Router;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;

/** The routes of the commercial API for jobs of Spark, of which this server has none. */
public final class SparkRoutes {
    private static final String INSTEAD = " Send SQL or a Polars script with a destination to POST /api/v1/query"
            + " (query_submit), with the engine auto, or spark if the server has a Spark cluster.";

    private final Authentication authentication;

    public SparkRoutes(Authentication authentication) {
        this.authentication = authentication;
    }

    public void register(Router routes) {
        routes.get("/api/v2/spark/artifacts", this::artifacts);
        routes.get("/api/v2/spark/clusters/{name}", this::cluster);
        routes.post("/api/v2/spark/jobs", refuse("This server runs no jobs of Spark."));
        routes.post("/api/v2/spark/query", refuse("This server does not submit SQL as a job of Spark."));
    }

    private void artifacts(ServerRequest request, ServerResponse response) {
        requireKey(request);
        var body = Json.MAPPER.createObjectNode().put("ok", true);
        body.putArray("artifacts");
        Json.send(response, body);
    }

    private void cluster(ServerRequest request, ServerResponse response) {
        requireKey(request);
        String name = request.path().pathParameters().get("name");
        throw NeriumException.invalid(
                "There is no cluster '%s' for jobs of Spark.".formatted(RequestFields.shortened(name)) + INSTEAD);
    }

    private Handler refuse(String reason) {
        return (request, response) -> {
            requireKey(request);
            throw NeriumException.invalid(reason + INSTEAD);
        };
    }

    private void requireKey(ServerRequest request) {
        authentication.principal(request).require(Scope.READ, "reading jobs of Spark");
    }
}
