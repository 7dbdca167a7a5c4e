package dev.nerium.lake.storage;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.EOFException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.iceberg.exceptions.AlreadyExistsException;
import org.apache.iceberg.exceptions.NotFoundException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkServiceException;

/** Says in plain words why an object store failed. */
public final class StorageErrors {
    private StorageErrors() {}

    /** Asks a store what is a read. */
    static <T> T whileReading(String location, Callable<T> question) {
        try {
            return question.call();
        } catch (Exception e) {
            throw reading(location, e);
        }
    }

    /** Asks a store what is a write; that an object is there already stays what it is. */
    static <T> T whileWriting(String location, Callable<T> question) {
        try {
            return question.call();
        } catch (AlreadyExistsException e) {
            throw e;
        } catch (Exception e) {
            throw writing(location, e);
        }
    }

    /** The error of a read; a missing file is passed on unchanged. */
    public static RuntimeException reading(String location, Exception failure) {
        return failure instanceof NotFoundException gone ? gone : toNeriumException("can't be read", location, failure);
    }

    public static RuntimeException writing(String location, Exception failure) {
        return toNeriumException("can't be written", location, failure);
    }

    public static RuntimeException deleting(String location, Exception failure) {
        return toNeriumException("can't be deleted", location, failure);
    }

    /** Whether a read requested bytes that an object does not have. */
    static boolean isBehindTheEnd(Throwable failure) {
        return causes(failure)
                .anyMatch(cause -> cause instanceof EOFException
                        || (cause instanceof SdkServiceException answer && answer.statusCode() == 416));
    }

    private static RuntimeException toNeriumException(String what, String location, Exception failure) {
        if (failure instanceof NeriumException own) {
            return own;
        }
        Throwable last = causes(failure).reduce(failure, (_, next) -> next);
        return new NeriumException(
                ErrorCode.STORAGE_ERROR,
                "The object " + location + " " + what + ": " + why(failure) + ".",
                String.valueOf(last.getMessage()),
                failure);
    }

    private static String why(Throwable failure) {
        for (Throwable cause : causes(failure).toList()) {
            if (cause instanceof SdkServiceException answer) {
                return switch (answer.statusCode()) {
                    case 401, 403 ->
                        "the store refuses the key that the server has for it (status %d)"
                                .formatted(answer.statusCode());
                    case 404 -> "the store has no such bucket (status 404)";
                    default -> "the store returned the status " + answer.statusCode();
                };
            }
            if (cause instanceof InterruptedIOException || cause instanceof ApiCallTimeoutException) {
                return "the store does not respond in time";
            }
        }
        return causes(failure).anyMatch(StorageErrors::isWithoutKey)
                ? "the server has no key for the store"
                : "the store can't be reached";
    }

    /** The library has no type for it. */
    private static boolean isWithoutKey(Throwable cause) {
        return String.valueOf(cause.getMessage()).startsWith("Unable to load credentials");
    }

    static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }
}
