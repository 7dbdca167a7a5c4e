package dev.nerium.http.common;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects routes, and refuses what none of them takes: 405 on a path that is known, 404 elsewhere. */
public final class Router {
    private final HttpRouting.Builder routing;
    private final Map<String, List<String>> methods = new LinkedHashMap<>();

    public Router(HttpRouting.Builder routing) {
        this.routing = routing;
    }

    public Router get(String path, Handler handler) {
        return add(Method.GET, path, handler);
    }

    public Router post(String path, Handler handler) {
        return add(Method.POST, path, handler);
    }

    public Router put(String path, Handler handler) {
        return add(Method.PUT, path, handler);
    }

    public Router delete(String path, Handler handler) {
        return add(Method.DELETE, path, handler);
    }

    /** @param method that has no shorter word here, such as HEAD */
    public Router route(String method, String path, Handler handler) {
        return add(Method.create(method), path, handler);
    }

    /** Every route: its method, a space and its path. */
    public List<String> all() {
        return methods.entrySet().stream()
                .flatMap(path -> path.getValue().stream().map(method -> method + " " + path.getKey()))
                .toList();
    }

    /** Refuses the rest; no route may be added after it. */
    public void refuseOthers() {
        methods.forEach(
                (path, allowed) -> routing.any(path, (request, response) -> refuseMethod(request, response, allowed)));
        routing.any(Router::refusePath);
    }

    private Router add(Method method, String path, Handler handler) {
        methods.computeIfAbsent(path, unseen -> new ArrayList<>()).add(method.text());
        routing.route(method, path, handler);
        return this;
    }

    private static void refuseMethod(ServerRequest request, ServerResponse response, List<String> allowed) {
        response.header("Allow", String.join(", ", allowed));
        throw new NeriumException(
                ErrorCode.METHOD_NOT_ALLOWED,
                request.path().path() + " does not support "
                        + request.prologue().method().text() + ": use " + String.join(" or ", allowed) + ".");
    }

    private static void refusePath(ServerRequest request, ServerResponse response) {
        throw new NeriumException(
                ErrorCode.ROUTE_NOT_FOUND,
                "There is no route " + request.path().path() + ". See /docs for the list of routes.");
    }
}
