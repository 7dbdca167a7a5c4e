package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.ConfigException;
import dev.nerium.config.NeriumConfig;
import dev.nerium.docs.OpenApi.Limit;
import dev.nerium.http.RequestParts;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers in the OpenAPI file are those by which the server accepts and refuses requests. */
class RequestLimitsTest {
    /** The longest {@code sandbox.max-timeout}: the file has the limits of a server that allows all it can. */
    private static final Duration LONGEST = Duration.ofHours(24);

    /** Limits that hold for another reason than the code that reads a single number. */
    private static final List<Limit> DECIDED_ELSEWHERE = List.of(
            // An empty part of a path makes it another path.
            new Limit("NamePart", "minLength", BigInteger.ONE),
            // No table has a snapshot with a negative id.
            new Limit("SnapshotId", "minimum", BigInteger.ZERO),
            // QuotaRoutesTest sends a body without limits.
            new Limit("QuotaLimits", "minProperties", BigInteger.ONE));

    @TempDir
    private Path home = Path.of("");

    @Test
    void everyLimitOfARequestIsTheServers() {
        List<RequestNumber> numbers = numbers();
        List<Limit> limits = OpenApi.read().requestLimits();

        assertThat(limits).hasSizeGreaterThan(35).containsAll(DECIDED_ELSEWHERE);
        assertThat(limits)
                .filteredOn(limit -> !DECIDED_ELSEWHERE.contains(limit))
                .allMatch(limit -> numbers.stream().anyMatch(number -> number.isAt(limit)), "is checked here")
                .allMatch(limit -> numbers.stream().allMatch(number -> number.allows(limit)), "is the server's");
    }

    @Test
    void everyNumberThatTheServerReadsHasALimitInTheFile() {
        assertThat(OpenApi.read().requestLimits())
                .extracting(Limit::place)
                .containsAll(numbers().stream().map(RequestNumber::place).toList());
    }

    @Test
    void aWrongLimitIsFound() {
        RequestNumber depth = ServerNumbers.graphDepth();

        assertThat(depth.holds(limit("maximum", 100))).isTrue();
        assertThat(depth.holds(limit("maximum", 99))).isFalse();
        assertThat(depth.holds(limit("maximum", 101))).isFalse();
        assertThat(depth.holds(limit("minimum", 0))).isFalse();
        assertThat(depth.holds(limit("default", 6))).isFalse();
    }

    @Test
    void noSettingAllowsALongerTimeout() {
        assertThatThrownBy(() -> config(LONGEST.plusSeconds(1)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sandbox.max-timeout");
    }

    @Test
    void theLargestSnapshotIdFitsTheFile() {
        OpenApi file = OpenApi.read();
        String largest = String.valueOf(Long.MAX_VALUE);

        assertThat(largest)
                .matches(file.at("/components/schemas/SnapshotId/oneOf/1/pattern")
                        .asText());
        assertThat(RequestParts.rollback("{\"toSnapshot\": \"" + largest + "\"}", ServerNumbers.CLOCK))
                .isEqualTo(RequestParts.rollback("{\"toSnapshot\": " + largest + "}", ServerNumbers.CLOCK));
    }

    private List<RequestNumber> numbers() {
        return new ServerNumbers(config(LONGEST)).all();
    }

    private NeriumConfig config(Duration maxTimeout) {
        return NeriumConfig.load(home, Map.of("sandbox.max-timeout", maxTimeout.toSeconds() + "s"), Map.of());
    }

    private static Limit limit(String keyword, long value) {
        return new Limit("GET /api/v1/lineage/graph depth", keyword, BigInteger.valueOf(value));
    }
}
