package dev.nerium.lake.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which locations lie in the folders of a catalog, links and steps up among them. */
class LocalFoldersTest {
    @TempDir
    private Path machine = Path.of("");

    private Path warehouse = Path.of("");
    private AllowedFolders folders = AllowedFolders.ANY;

    @BeforeEach
    void makeFolders() throws IOException {
        warehouse = Files.createDirectories(machine.resolve("warehouse"));
        Files.createDirectories(warehouse.resolve("t/data"));
        Files.createDirectories(machine.resolve("secrets/deep"));
        Files.writeString(machine.resolve("secrets/key"), "canary");
        Files.createSymbolicLink(warehouse.resolve("out"), machine.resolve("secrets/deep"));
        Files.createSymbolicLink(warehouse.resolve("in"), warehouse.resolve("t/data"));
        folders = new AllowedFolders(List.of(warehouse));
    }

    @Test
    void takesFilesThatAreThereOrAreYetToBeMade() {
        assertThat(folders.contains(warehouse + "/t/data/a.parquet")).isTrue();
        assertThat(folders.contains("file://" + warehouse + "/new/data/a.parquet"))
                .isTrue();
        assertThat(folders.contains(warehouse + "/in/a.parquet")).isTrue();
    }

    @Test
    void takesAStepUpThatStaysInside() {
        assertThat(folders.contains(warehouse + "/t/../t/data/a.parquet")).isTrue();
        // To t, the folder above the one that the link leads to.
        assertThat(folders.require(warehouse + "/in/../a.parquet").getParent())
                .satisfies(parent -> assertThat(parent.toRealPath())
                        .isEqualTo(warehouse.resolve("t").toRealPath()));
    }

    @Test
    void refusesAStepUpThatLeadsOut() {
        assertThat(folders.contains(warehouse + "/../secrets/key")).isFalse();
        assertThat(folders.contains(warehouse + "/out/../key")).isFalse();
        assertThat(folders.contains(warehouse + "/out/../../warehouse/../secrets/key"))
                .isFalse();
        assertThat(folders.contains(warehouse + "/missing/../../secrets/key")).isFalse();
        assertThat(folders.contains(warehouse + "/t/data/..")).isFalse();
        assertThatThrownBy(() -> folders.require(warehouse + "/out/../key"))
                .isInstanceOf(NeriumException.class)
                .hasMessageContaining("is outside of the folders of its catalog");
    }

    @Test
    void refusesLinksThatLeadOut() throws IOException {
        Files.createSymbolicLink(warehouse.resolve("t/data/key.parquet"), machine.resolve("secrets/key"));

        assertThat(folders.contains(warehouse + "/out/a.parquet")).isFalse();
        assertThat(folders.contains(warehouse + "/t/data/key.parquet")).isFalse();
        assertThat(folders.contains("relative/a.parquet")).isFalse();
    }
}
