package dev.nerium.run;

import dev.nerium.error.NeriumException;
import java.util.Optional;
import java.util.OptionalLong;

/** The end of a run. */
public record RunEnd(
        RunState state, OptionalLong rowCount, Optional<NeriumException> failure, RunFacts facts, String log) {
    public RunEnd {
        if (!state.ended()) {
            throw new IllegalArgumentException(state + " is not an end");
        }
    }

    public static RunEnd complete(OptionalLong rows, RunFacts facts, String log) {
        return new RunEnd(RunState.COMPLETE, rows, Optional.empty(), facts, log);
    }

    public static RunEnd failed(NeriumException failure, RunFacts facts, String log) {
        RunState state =
                switch (failure.code()) {
                    case CANCELLED, CLIENT_GONE, SHUTTING_DOWN -> RunState.ABORT;
                    default -> RunState.FAIL;
                };
        return new RunEnd(state, OptionalLong.empty(), Optional.of(failure), facts, log);
    }
}
