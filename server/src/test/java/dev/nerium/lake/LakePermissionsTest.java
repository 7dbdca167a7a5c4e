package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who on this machine may read the lake's files. */
@Tag("server")
class LakePermissionsTest {
    @Test
    void theLakeIsTheServersOwn() throws IOException {
        try (TestServer server = TestServer.start()) {
            assertThat(server.script("result = pl.DataFrame({'x': [1]})", Map.of("destination", "default.t"))
                            .status())
                    .isEqualTo(200);
            Path lake = server.home().resolve("lake");

            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(lake)))
                    .isEqualTo("rwxr-x---");
            for (String file : TestLake.files(server.home(), "t")) {
                for (String self : new String[] {"unix:uid", "unix:gid"}) {
                    assertThat(Files.getAttribute(Path.of(file), self))
                            .as(file)
                            .isEqualTo(Files.getAttribute(lake, self));
                }
            }
            assertThat(server.query("select x from t", "t=default.t").rows()).isEqualTo("[[1]]");
            assertThat(server.script("result = scan('default.t')").rows()).isEqualTo("[[1]]");
        }
    }
}
