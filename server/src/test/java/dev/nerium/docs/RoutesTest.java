package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Routes that the pages name are in the OpenAPI file, which names every route of the server. */
class RoutesTest {
    private static final List<Route> ROUTES = Route.all(OpenApi.read());

    @Test
    void everyRouteOnAPageIsInTheOpenApiFile() {
        List<Route> named = Repository.pages().stream()
                .flatMap(page -> page.codeSpans().stream())
                .map(Route::in)
                .flatMap(Optional::stream)
                .toList();

        assertThat(named).hasSizeGreaterThan(25).allMatch(RoutesTest::exists);
    }

    @Test
    void aRouteThatDoesNotExistIsFound() {
        assertThat(List.of(
                        "GET /api/v2/runs/{id}/plan?format=dot",
                        "/api/v1/catalogs/oleander/namespaces/sales/tables/orders",
                        "GET /api/v2/run",
                        "PUT /api/v2/runs",
                        "GET /api/v2/runs?states=FAIL"))
                .filteredOn(span -> !exists(Route.in(span).orElseThrow()))
                .containsExactly("GET /api/v2/run", "PUT /api/v2/runs", "GET /api/v2/runs?states=FAIL");
    }

    private static boolean exists(Route named) {
        return ROUTES.stream().anyMatch(route -> route.isMeantBy(named));
    }
}
