package dev.nerium.http;

import dev.nerium.auth.Keys;
import dev.nerium.config.NeriumConfig;
import dev.nerium.run.RunIds;
import dev.nerium.run.Runs;
import dev.nerium.sandbox.Sandbox;
import dev.nerium.workload.ActiveRuns;
import dev.nerium.workload.Workloads;
import io.helidon.webserver.http.HttpRouting;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.arrow.memory.BufferAllocator;

/** Every route of the server. */
public final class Routes {
    private static final Map<Pattern, List<String>> METHODS = methods();

    private final WorkloadRoutes workloads;
    private final RunRoutes runs;
    private final UploadRoutes uploads;
    private final AboutRoutes about;

    /** The services that the routes lead to. */
    public record Services(Keys keys, Workloads workloads, Runs runs, ActiveRuns active, RunIds ids, Sandbox sandbox) {}

    public Routes(NeriumConfig config, Services services, BufferAllocator memory) {
        Authentication authentication = new Authentication(services.keys());
        this.workloads = new WorkloadRoutes(
                authentication,
                services.workloads(),
                services.ids(),
                new WorkloadReply(memory),
                config.lake().catalog(),
                config.http().maxBody());
        this.runs = new RunRoutes(authentication, services.runs(), services.active());
        this.uploads = new UploadRoutes(
                authentication,
                services.workloads(),
                services.ids(),
                config.home().resolve("jobs").resolve("uploads"));
        this.about = new AboutRoutes(services.sandbox());
    }

    void register(HttpRouting.Builder routing) {
        workloads.register(routing);
        runs.register(routing);
        uploads.register(routing);
        about.register(routing);
    }

    /** The methods that a path takes; empty where there is no such path. */
    static List<String> methods(String path) {
        return METHODS.entrySet().stream()
                .filter(entry -> entry.getKey().matcher(path).matches())
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse(List.of());
    }

    private static Map<Pattern, List<String>> methods() {
        Map<Pattern, List<String>> methods = new LinkedHashMap<>();
        methods.put(Pattern.compile("/api/v1/warehouse/polars"), List.of("POST"));
        methods.put(Pattern.compile("/api/v2/runs/[^/]+"), List.of("GET", "DELETE"));
        methods.put(Pattern.compile("/api/v2/runs/[^/]+/logs"), List.of("GET"));
        methods.put(Pattern.compile("/api/v1/catalogs/[^/]+/namespaces/[^/]+/tables/[^/]+"), List.of("POST", "PUT"));
        methods.put(
                Pattern.compile(
                        "/(health|ready|openapi\\.yaml|docs|docs/swagger-ui\\.css|docs/swagger-ui-bundle\\.js)"),
                List.of("GET"));
        return methods;
    }
}
