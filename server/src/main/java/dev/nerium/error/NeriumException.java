package dev.nerium.error;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The only exception that reaches a client: a code, a short sentence, and the message of the engine or the validator. */
public final class NeriumException extends RuntimeException {
    public static final String FULL_DISK =
            "A disk of the server is full: nothing was written. Free some space, then try again.";

    private final ErrorCode code;
    private final String details;
    private final Optional<Retry> retry;
    private final Optional<ExceededQuota> quota;

    public NeriumException(ErrorCode code, String message) {
        this(code, message, "");
    }

    public NeriumException(ErrorCode code, String message, String details) {
        super(message);
        this.code = code;
        this.details = details;
        this.retry = Optional.empty();
        this.quota = Optional.empty();
    }

    private NeriumException(ErrorCode code, String message, Retry retry) {
        super(message);
        this.code = code;
        this.details = "";
        this.retry = Optional.of(retry);
        this.quota = Optional.empty();
    }

    private NeriumException(ErrorCode code, String message, ExceededQuota quota, Optional<Retry> retry) {
        super(message);
        this.code = code;
        this.details = "";
        this.retry = retry;
        this.quota = Optional.of(quota);
    }

    public NeriumException(ErrorCode code, String message, String details, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.details = details;
        this.retry = Optional.empty();
        this.quota = Optional.empty();
    }

    /** The quota of a key or a group is used up for a time. */
    public static NeriumException quota(ExceededQuota quota, String advice, Duration wait) {
        return new NeriumException(
                ErrorCode.QUOTA_EXCEEDED,
                "The quota of the %s is used up: %s is %d, and the use is %d. %s"
                        .formatted(
                                quota.owner(),
                                quota.limit(),
                                quota.value(),
                                quota.used().orElse(0),
                                advice),
                quota,
                Optional.of(new Retry(quota.limit(), wait)));
    }

    /** The result of a run is larger than the quota of its key or group allows. */
    public static NeriumException resultOverQuota(ExceededQuota quota) {
        return new NeriumException(
                ErrorCode.RESULT_TOO_LARGE,
                "The result is larger than the quota of the %s allows: %s is %d. Return less, or write the result to a table."
                        .formatted(quota.owner(), quota.limit(), quota.value()),
                quota,
                Optional.empty());
    }

    private NeriumException(NeriumException other, String message, String details, @Nullable Throwable cause) {
        super(message, cause);
        this.code = other.code;
        this.details = details;
        this.retry = other.retry;
        this.quota = other.quota;
    }

    /** The same with other texts. */
    public NeriumException with(String message, String changedDetails, @Nullable Throwable cause) {
        return new NeriumException(this, message, changedDetails, cause);
    }

    /** The queue of runs has no place, or had none for too long. */
    public static NeriumException busy(String why, Retry retry) {
        return new NeriumException(
                ErrorCode.QUEUE_FULL,
                "The server is busy: %s (%s). Try again later.".formatted(why, retry.limit()),
                retry);
    }

    /** The address of a client sent too many requests without a valid key. */
    public static NeriumException failedKeys(Duration wait) {
        return new NeriumException(
                ErrorCode.TOO_MANY_FAILED_KEYS,
                "Too many requests of this address had no valid key (http.failed-keys). Check the key, or try again later.",
                new Retry("http.failed-keys", wait.plusSeconds(1)));
    }

    /** A failure of the server itself, which is not foreseen where it happens. */
    public static NeriumException unexpected(String message, Throwable cause) {
        return FullDisk.isCauseOf(cause)
                ? new NeriumException(ErrorCode.STORAGE_FULL, FULL_DISK, message, cause)
                : new NeriumException(ErrorCode.INTERNAL_ERROR, message, "", cause);
    }

    public static NeriumException invalid(String message) {
        return new NeriumException(ErrorCode.INVALID_REQUEST, message);
    }

    public ErrorCode code() {
        return code;
    }

    public String message() {
        return String.valueOf(getMessage());
    }

    public Optional<Retry> retry() {
        return retry;
    }

    /** The limit that was reached, if it is one of a quota. */
    public Optional<ExceededQuota> quota() {
        return quota;
    }

    public Optional<String> details() {
        return details.isEmpty() ? Optional.empty() : Optional.of(details);
    }
}
