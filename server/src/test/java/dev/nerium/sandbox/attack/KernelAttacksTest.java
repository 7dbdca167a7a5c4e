package dev.nerium.sandbox.attack;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border to the kernel: calls that a worker does not need are refused. */
@Tag("sandbox")
class KernelAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("kernel");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        SERVER.run(attack);
    }
}
