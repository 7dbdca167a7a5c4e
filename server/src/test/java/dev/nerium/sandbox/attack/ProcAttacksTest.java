package dev.nerium.sandbox.attack;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of /proc and /dev: what the kernel tells and lets set is not for a run. */
@Tag("sandbox")
class ProcAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("proc");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        SERVER.run(attack);
    }
}
