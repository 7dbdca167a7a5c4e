package dev.nerium.run;

import java.util.Optional;
import java.util.OptionalLong;

/** How a run ended. */
public record RunEnd(
        RunState state, OptionalLong rowCount, Optional<String> error, Optional<String> details, String log) {
    public RunEnd {
        if (!state.ended()) {
            throw new IllegalArgumentException(state + " is not an end");
        }
    }
}
