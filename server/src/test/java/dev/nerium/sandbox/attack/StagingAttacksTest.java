package dev.nerium.sandbox.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.TestServer.Reply;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border to the lake: a table takes only files that a run made, as they are said to be. */
@Tag("sandbox")
class StagingAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("staging");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        String table = "default.\"" + attack + "\"";

        Reply reply = SERVER.run(attack.with("destination", table));

        Reply read = SERVER.server().query("select * from t", "t=" + table);
        if (reply.status() == 200) {
            assertThat(read.rows()).as(read.text()).isEqualTo("[[1]]");
        } else {
            assertThat(read.error()).startsWith("There is no table ");
        }
    }
}
