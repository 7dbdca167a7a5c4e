package dev.nerium.run;

/** Where a run is; the last three are final. */
public enum RunState {
    QUEUED,
    RUNNING,
    COMPLETE,
    FAIL,
    ABORT;

    public boolean ended() {
        return this == COMPLETE || this == FAIL || this == ABORT;
    }
}
