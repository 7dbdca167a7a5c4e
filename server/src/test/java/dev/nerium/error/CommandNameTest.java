package dev.nerium.error;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandNameTest {
    @Test
    void aProgramWithoutALauncherIsCalledAsInAClone() {
        assertThat(CommandName.with("runs list")).isEqualTo("./nerium runs list");
    }

    @Test
    void aPathIsShownUnlessAShellWouldSplitIt() {
        assertThat(CommandName.of("/opt/nerium-1.0/bin/nerium")).isEqualTo("/opt/nerium-1.0/bin/nerium");
        assertThat(CommandName.of("/opt/my programs/bin/nerium")).isEqualTo("nerium");
        assertThat(CommandName.of("/opt/100%n/bin/nerium")).isEqualTo("nerium");
    }

    @Test
    void clientsOfAServerLearnNoFolder() {
        assertThat(CommandName.forClients("/opt/nerium/bin/nerium")).isEqualTo("nerium");
        assertThat(CommandName.forClients("./nerium")).isEqualTo("./nerium");
    }
}
