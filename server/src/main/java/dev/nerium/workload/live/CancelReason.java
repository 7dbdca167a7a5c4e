package dev.nerium.workload.live;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;

/** Why a run was ended before its time. */
public enum CancelReason {
    ASKED(ErrorCode.CANCELLED, "The run was cancelled."),
    CLIENT_GONE(ErrorCode.CLIENT_GONE, "The run was cancelled, because its client closed the connection."),
    KEY_REVOKED(
            ErrorCode.CANCELLED, "The run was cancelled, because its key was revoked or expired; nothing was written."),
    SHUTDOWN(ErrorCode.SHUTTING_DOWN, "The server shut down before the run ended. Send it again later.");

    private final ErrorCode code;
    private final String sentence;

    CancelReason(ErrorCode code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    public NeriumException failure() {
        return new NeriumException(code, sentence);
    }
}
