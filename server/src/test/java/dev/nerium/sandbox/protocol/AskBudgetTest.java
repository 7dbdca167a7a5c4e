package dev.nerium.sandbox.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class AskBudgetTest {
    private final CallbackThrottle budget = new CallbackThrottle(Duration.ofSeconds(1));

    @Test
    void theFirstAnswersCostNothing() {
        assertThat(budget.spend(Duration.ofMillis(600))).isZero();
        assertThat(budget.spend(Duration.ofMillis(400))).isZero();
    }

    @Test
    void aFloodHasAQuarterOfTheTime() {
        budget.spend(Duration.ofSeconds(2));

        assertThat(budget.spend(Duration.ofMillis(2))).isEqualTo(Duration.ofMillis(6));
    }

    @Test
    void noPauseIsLongerThanAStopMayTake() {
        assertThat(budget.spend(Duration.ofHours(1))).isEqualTo(Duration.ofMillis(500));
    }
}
