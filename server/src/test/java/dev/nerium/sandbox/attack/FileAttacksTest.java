package dev.nerium.sandbox.attack;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The border of files: what lies outside can't be read, changed or left for others. */
@Tag("sandbox")
class FileAttacksTest {
    @RegisterExtension
    static final AttackedServer SERVER = new AttackedServer();

    static List<Attack> attacks() {
        return Attack.in("files");
    }

    @ParameterizedTest
    @MethodSource("attacks")
    void fails(Attack attack) {
        SERVER.run(attack);
    }
}
