package dev.nerium.lake.staging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.config.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server removes from the folder that {@code distributed.staging-folder} names. */
class StagingTablesTest {
    private static final String SERVER = "0192f3a4-6b7c-7d8e-9f00-112233445566";

    @TempDir
    private Path folder = Path.of("");

    @Test
    void removesTheRunsThatThisServerLeft() throws IOException {
        Path left = run(SERVER);

        new StagingTables(folder, SERVER);

        assertThat(left.getParent()).isEmptyDirectory();
    }

    @Test
    void leavesOtherFilesAndOtherServersAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("thesis.txt"), "years of work");
        Path other = run("another-server");
        Path unrelated = run(".");

        new StagingTables(folder, SERVER);

        assertThat(file).hasContent("years of work");
        assertThat(other.resolve("data.parquet")).exists();
        assertThat(unrelated.resolve("data.parquet")).exists();
    }

    @Test
    void refusesAFolderThatHoldsSomethingElse() throws IOException {
        Path left = run(SERVER);
        Path file = Files.writeString(left.resolveSibling("thesis.txt"), "years of work");

        assertThatThrownBy(() -> new StagingTables(folder, SERVER))
                .isInstanceOf(ConfigException.class)
                .hasMessage("The folder " + folder.resolve(SERVER)
                        + " (distributed.staging-folder, and the id of this server)"
                        + " contains 'thesis.txt', which is not the folder of a run: expected a folder that only this server"
                        + " writes to. Move it away.");
        assertThat(file).hasContent("years of work");
        assertThat(left).exists();
    }

    @Test
    void followsNoLink() throws IOException {
        Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("thesis.txt"), "years of work");
        Files.createDirectory(folder.resolve(SERVER));
        Files.createSymbolicLink(
                folder.resolve(SERVER).resolve(UUID.randomUUID().toString()), elsewhere);

        assertThatThrownBy(() -> new StagingTables(folder, SERVER)).isInstanceOf(ConfigException.class);
        assertThat(elsewhere.resolve("thesis.txt")).hasContent("years of work");
    }

    private Path run(String server) throws IOException {
        Path run = Files.createDirectories(
                folder.resolve(server).resolve(UUID.randomUUID().toString()));
        Files.writeString(run.resolve("data.parquet"), "rows");
        return run;
    }
}
