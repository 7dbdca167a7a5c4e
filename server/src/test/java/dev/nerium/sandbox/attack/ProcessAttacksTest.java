package dev.nerium.sandbox.attack;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of processes: none outside can be seen, and none stays. */
@Tag("sandbox")
class ProcessAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("processes");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        SERVER.run(attack);
    }
}
