package dev.nerium.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.config.ConfigException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The provider {@code none}: for development, and never by mistake. */
@Tag("sandbox")
class NoIsolationTest {
    @Test
    void itRunsButIsNotReadyUnlessThatIsMeant() {
        try (TestServer server = TestServer.start(Map.of("sandbox.provider", "none"))) {
            Reply script = server.script("result = scan('default.flowers').select(pl.len().alias('n'))");
            Reply ready = server.get("/ready");

            assertThat(script.rows()).isEqualTo("[[150]]");
            assertThat(script.json().path("compute").path("provider").asText()).isEqualTo("none");
            assertThat(server.query("select count(*) as n from f", "f=default.flowers")
                            .rows())
                    .isEqualTo("[[150]]");
            assertThat(ready.status()).isEqualTo(503);
            assertThat(ready.json().path("code").asText()).isEqualTo("SANDBOX_UNAVAILABLE");
            assertThat(ready.error()).contains("sandbox.allow-unsandboxed: true");
        }
    }

    @Test
    void itsScriptsGetNoEnvironmentVariables() {
        try (TestServer server =
                TestServer.startEmpty(Map.of("sandbox.provider", "none", "sandbox.allow-unsandboxed", "true"))) {
            server.post("/api/v1/environment-variables", "{\"name\": \"TOKEN\", \"value\": \"zq-hidden\"}");

            Reply script = server.script("result = pl.DataFrame()", Map.of("env", List.of("TOKEN")));

            assertThat(script.status()).isEqualTo(400);
            assertThat(script.error())
                    .isEqualTo(
                            "env needs isolated workers on the server's machine: sandbox.provider is none, expected bubblewrap or gvisor.");
        }
    }

    @Test
    void whereItIsMeantItIsReadyAndStillSaysSo() {
        try (TestServer server =
                TestServer.start(Map.of("sandbox.provider", "none", "sandbox.allow-unsandboxed", "true"))) {
            assertThat(server.get("/ready").json().path("weaknesses").toString())
                    .contains("sandbox.provider is none: scripts are not isolated");
        }
    }

    @Test
    void strictRefusesIt() {
        assertThatThrownBy(() -> TestServer.start(Map.of("sandbox.provider", "none", "sandbox.enforcement", "strict")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sandbox.provider is none");
    }

    @Test
    void daytonaNeedsAKeyAndASnapshot() {
        assertThatThrownBy(() -> TestServer.start(Map.of("sandbox.provider", "daytona")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sandbox.daytona.key-file and sandbox.daytona.snapshot");
    }

    @Test
    void gvisorNeedsItsProgram() {
        assertThatThrownBy(
                        () -> TestServer.start(Map.of("sandbox.provider", "gvisor", "sandbox.runsc", "/nowhere/runsc")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sandbox.runsc is '/nowhere/runsc'");
    }

    @Test
    void aNameThatIsNoProviderIsNamed() {
        assertThatThrownBy(() -> TestServer.start(Map.of("sandbox.provider", "docker")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("sandbox.provider");
    }
}
