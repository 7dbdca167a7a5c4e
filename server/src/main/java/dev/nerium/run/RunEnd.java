package dev.nerium.run;

import dev.nerium.error.NeriumException;
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

    public static RunEnd complete(long rows, String log) {
        return new RunEnd(RunState.COMPLETE, OptionalLong.of(rows), Optional.empty(), Optional.empty(), log);
    }

    public static RunEnd failed(NeriumException failure, String log) {
        RunState state =
                switch (failure.code()) {
                    case CANCELLED, SHUTTING_DOWN -> RunState.ABORT;
                    default -> RunState.FAIL;
                };
        return new RunEnd(state, OptionalLong.empty(), Optional.of(failure.message()), failure.details(), log);
    }
}
