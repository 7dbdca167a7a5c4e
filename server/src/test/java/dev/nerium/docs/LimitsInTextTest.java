package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.http.RequestParts;
import dev.nerium.lake.LakeLimits;
import dev.nerium.lake.maintenance.FileSummary;
import dev.nerium.lake.maintenance.OrphanOptions;
import dev.nerium.workload.WorkloadLimits;
import org.junit.jupiter.api.Test;

/** Limits that sentences of the pages and of the OpenAPI file name are those of the code. */
class LimitsInTextTest {
    private static final String API = text("spec/openapi.yaml");

    @Test
    void aReportNamesAsManyFiles() {
        assertThat(OpenApi.read()
                        .at("/components/schemas/FileList/properties/files/maxItems")
                        .asInt())
                .isEqualTo(FileSummary.MOST_LOCATIONS);
    }

    @Test
    void theGraphHasAsManyNodes() {
        assertThat(API).contains("True if the graph has more than %,d nodes.".formatted(RequestParts.MOST_NODES));
    }

    @Test
    void aRunReadsAsManyTables() {
        String most = "at most %,d".formatted(WorkloadLimits.MOST_TABLES);

        assertThat(API).contains("A run reads " + most + " tables");
        assertThat(text("CHANGELOG.md")).contains("A run reads " + most + " tables");
    }

    @Test
    void aCompactionTakesInAsMuch() {
        assertThat(API)
                .contains("One request rewrites up to %s or %,d files"
                        .formatted(LakeLimits.COMPACTED_BYTES, LakeLimits.COMPACTED_FILES));
    }

    @Test
    void orphansAreAsOld() {
        assertThat(OrphanOptions.LEAST_AGE).hasHours(1);
        assertThat(API).contains("Less than 1h ago needs `force`");
        assertThat(API).containsOnlyOnce("default: 3d ");
        assertThat(RequestParts.orphans("{}", ServerNumbers.CLOCK))
                .isEqualTo(RequestParts.orphans("{\"olderThan\": \"3d\"}", ServerNumbers.CLOCK));
    }

    @Test
    void tablesOfAsManyFilesAreReadByName() {
        assertThat(text("docs/reading.md"))
                .contains(
                        "at most %d local files".formatted(LakeLimits.FILES_BY_NAME),
                        "more than %d files".formatted(LakeLimits.FILES_BY_NAME));
    }

    /** With one space in place of line ends and indents. */
    private static String text(String file) {
        return Repository.read(file).replaceAll("\\s+", " ");
    }
}
