package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of the conversation: whatever a worker says, the server answers others and believes little. */
@Tag("sandbox")
class ProtocolAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("protocol");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) throws IOException {
        Reply reply = SERVER.run(attack);

        assertThat(reply.text()).hasSizeLessThan(200_000);
        assertThat(reply.error() + reply.details()).doesNotContainPattern(AttackedServer.DANGEROUS);
        try (Stream<Path> left = Files.list(SERVER.server().home().resolve("lake/scratch"))) {
            assertThat(left).isEmpty();
        }
    }
}
