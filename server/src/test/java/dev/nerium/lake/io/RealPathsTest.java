package dev.nerium.lake.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The one name of a file that metadata reaches in some way. */
class RealPathsTest {
    @TempDir
    private Path machine = Path.of("");

    private Path table = Path.of("");

    @BeforeEach
    void makeFolders() throws IOException {
        machine = machine.toRealPath();
        table = machine.resolve("t");
        Files.createDirectories(table.resolve("data"));
        Files.createDirectories(machine.resolve("other/deep"));
        Files.writeString(machine.resolve("other/a.parquet"), "rows");
        Files.createSymbolicLink(table.resolve("link"), machine.resolve("other/deep"));
    }

    @Test
    void takesAStepUpFromWhatALinkLeadsTo() {
        assertThat(real(table + "/link/../a.parquet")).isEqualTo(machine.resolve("other/a.parquet"));
        assertThat(real(table + "/data/../data/./a.parquet")).isEqualTo(table.resolve("data/a.parquet"));
    }

    @Test
    void followsALinkAtTheEnd() throws IOException {
        Files.createSymbolicLink(table.resolve("data/b.parquet"), machine.resolve("other/a.parquet"));

        assertThat(real(table + "/data/b.parquet")).isEqualTo(machine.resolve("other/a.parquet"));
    }

    @Test
    void placesWhatIsYetToBeMadeInItsNearestFolder() {
        assertThat(real(table + "/link/new/x=1/a.parquet")).isEqualTo(machine.resolve("other/deep/new/x=1/a.parquet"));
    }

    @Test
    void refusesWhatCantBeFollowed() throws IOException {
        Files.createSymbolicLink(table.resolve("dangling"), machine.resolve("nowhere"));
        Files.createSymbolicLink(table.resolve("loop"), table.resolve("loop"));

        for (String location : new String[] {
            table + "/missing/../data/a.parquet",
            table + "/dangling/a.parquet",
            table + "/dangling",
            table + "/loop/a.parquet",
            table + "/data/..",
            "relative/a.parquet",
            "FILE:" + table + "/data/a.parquet"
        }) {
            assertThatThrownBy(() -> real(location))
                    .as(location)
                    .isInstanceOf(NeriumException.class)
                    .hasMessage("Orphans of this table can't be distinguished from other files.");
        }
    }

    private static Path real(String location) {
        return new CanonicalPaths().of(LocalFileIO.path(location));
    }
}
