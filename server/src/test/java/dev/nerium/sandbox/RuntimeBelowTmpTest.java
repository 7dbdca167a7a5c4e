package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.Command;
import dev.nerium.TestFiles;
import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A runtime that lies below /tmp, where each worker has a file system of its own. */
@Tag("sandbox")
class RuntimeBelowTmpTest {
    private Path folder = Path.of("");

    @BeforeEach
    void copyTheRuntime() throws IOException {
        folder = TestFiles.newFolder("runtime");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path runtime = Path.of(System.getenv("NERIUM_RUNTIME"));
        // Hard links where they are possible: the packages take half a GiB.
        if (Command.run("cp", "-al", runtime + "/.", folder.toString()) != 0) {
            assertThat(Command.run("cp", "-a", runtime + "/.", folder.toString()))
                    .isZero();
        }
        String description = Files.readString(runtime.resolve("runtime.json"));
        Path copy = folder.resolve("runtime.json");
        Files.delete(copy);
        Files.writeString(copy, description.replace(runtime.toString(), folder.toString()));
    }

    @Test
    void runsOneJobAfterTheOther() {
        try (TestServer server = TestServer.startFromRuntime(folder)) {
            for (int i = 0; i < 3; i++) {
                assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                                .rows())
                        .isEqualTo("[[150]]");
            }
            assertThat(server.script("""
                    import os
                    try:
                        open(os.path.dirname(os.path.dirname(os.__file__)) + '/x', 'w')
                        written = True
                    except OSError:
                        written = False
                    open('/tmp/x', 'w').close()
                    result = pl.DataFrame({'written': [written], 'tmp': [sorted(os.listdir('/tmp')) == ['%s', 'x']]})
                    """.formatted(folder.getFileName())).rows())
                    .isEqualTo("[[false,true]]");
        }
    }
}
