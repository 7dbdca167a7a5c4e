package dev.nerium.run;

/** The state of a run; the last three are final. */
public enum RunState {
    /** Accepted and waiting for a slot. */
    QUEUED,
    /** Executing. */
    RUNNING,
    /** Ended successfully. */
    COMPLETE,
    /** Ended with an error. */
    FAIL,
    /** Cancelled, or ended by a stop of the server. */
    ABORT;

    public boolean ended() {
        return this == COMPLETE || this == FAIL || this == ABORT;
    }
}
