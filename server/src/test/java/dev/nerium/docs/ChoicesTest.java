package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.config.CatalogConfig.CatalogType;
import dev.nerium.config.DistributedConfig.Backend;
import dev.nerium.config.NeriumConfig;
import dev.nerium.config.SandboxConfig;
import dev.nerium.error.NeriumException;
import dev.nerium.http.RequestParts;
import dev.nerium.run.RunState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the OpenAPI file lists the values of a field, these are all that the code has. */
class ChoicesTest {
    private static final OpenApi API = OpenApi.read();
    private static final List<String> ENGINES = Arrays.stream(Backend.values())
            .filter(engine -> engine != Backend.NONE)
            .map(Backend::text)
            .toList();

    @Test
    void aReplyNamesEveryProviderAndEngine() {
        assertThat(choices("/components/schemas/Compute/properties/provider"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                Arrays.stream(SandboxConfig.Provider.values()).map(SandboxConfig.Provider::text),
                                ENGINES.stream())
                        .toList());
    }

    @Test
    void theModeOfAReplyIsTheConstantOfTheContractOrAnEngine() {
        assertThat(choices("/components/schemas/Compute/properties/mode"))
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(Stream.of("daytona"), ENGINES.stream()).toList());
    }

    @Test
    void aRunHasEveryState() {
        assertThat(choices("/components/schemas/Run/properties/state"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(RunState.values()).map(RunState::name).toList());
    }

    @Test
    void aCatalogHasEveryType() {
        assertThat(choices("/paths/~1api~1v1~1catalogs/get/responses/200/content/application~1json/schema/properties/"
                        + "registeredCatalogs/items/properties/type"))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(CatalogType.values())
                        .map(CatalogType::text)
                        .toList());
    }

    @Test
    void aRequestMayNameEveryTier(@TempDir Path home) {
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of());

        assertThat(choices("/components/schemas/WorkloadOptions/properties/vcpus"))
                .filteredOn(choice -> !choice.equals("null"))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 128)
                        .filter(vcpus -> accepts(vcpus, config))
                        .mapToObj(String::valueOf)
                        .toList());
    }

    private static boolean accepts(int vcpus, NeriumConfig config) {
        try {
            RequestParts.workload(
                    "{\"mode\": \"script\", \"script\": \"result = 1\", \"vcpus\": " + vcpus + "}", config);
            return true;
        } catch (NeriumException e) {
            return false;
        }
    }

    private static List<String> choices(String field) {
        return StreamSupport.stream(API.at(field + "/enum").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
