package dev.nerium.lake.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nerium.lake.TestLake;
import org.junit.jupiter.api.Test;

class TableTurnsTest {
    private final TableLocks turns = new TableLocks();

    @Test
    void remembersNoTableThatNobodyCommitsTo() {
        for (int i = 0; i < 100; i++) {
            assertThat(turns.<Integer>withLock(TestLake.name("t" + i), turns::size))
                    .isEqualTo(1);
        }

        assertThat(turns.size()).isZero();
    }

    @Test
    void letsGoOfATableWhoseCommitFails() {
        assertThatThrownBy(() -> turns.withLock(TestLake.name("t"), () -> {
                    throw new IllegalStateException("full");
                }))
                .hasMessage("full");

        assertThat(turns.size()).isZero();
    }
}
