package dev.nerium.error;

import static dev.nerium.error.ErrorKind.AUTH;
import static dev.nerium.error.ErrorKind.CONFLICT;
import static dev.nerium.error.ErrorKind.EXPIRED;
import static dev.nerium.error.ErrorKind.INTERNAL;
import static dev.nerium.error.ErrorKind.NOT_FOUND;
import static dev.nerium.error.ErrorKind.PAYLOAD_TOO_LARGE;
import static dev.nerium.error.ErrorKind.TOO_MANY_REQUESTS;
import static dev.nerium.error.ErrorKind.UNAVAILABLE;
import static dev.nerium.error.ErrorKind.USER;

/** Every way in which a request can fail. */
public enum ErrorCode {
    /** A field of the request is missing, of the wrong type or not allowed. */
    INVALID_REQUEST(USER),
    /** The catalog, namespace or table that the request names does not exist. */
    UNKNOWN_TABLE(USER),
    /** The table exists, but holds something that Nerium does not read or write. */
    UNSUPPORTED_TABLE(USER),
    /** The result does not fit the table that it was to be written to. */
    SCHEMA_MISMATCH(USER),
    /** Polars could not read or run the SQL text. */
    QUERY_FAILED(USER),
    /** The script raised, or did not assign a usable {@code result}. */
    SCRIPT_FAILED(USER),
    /** The result has a type or a shape that can't be returned or written. */
    UNSUPPORTED_RESULT_TYPE(USER),
    /** Polars failed while it ran a query or script that was read well. */
    ENGINE_ERROR(USER),
    /** An uploaded file could not be read. */
    UPLOAD_FAILED(USER),
    /** The result is over the inline limit. */
    RESULT_TOO_LARGE(USER),
    /** The run used more memory than its tier has. */
    OUT_OF_MEMORY(USER),
    /** The run left more files, or larger ones, than it may. */
    OUT_OF_DISK(USER),
    /** The run took longer than it may. */
    TIMED_OUT(USER),
    /** The run was cancelled. */
    CANCELLED(USER),
    /** The worker's process ended in the middle of the user's code, without an answer. */
    WORKER_CRASHED(USER),
    /** The worker answered what can't be used: a message that breaks the protocol, or a file, schema or result that is none. */
    WORKER_PROTOCOL_ERROR(USER),
    UNAUTHORIZED(AUTH),
    FORBIDDEN(ErrorKind.FORBIDDEN),
    ROUTE_NOT_FOUND(NOT_FOUND),
    RUN_NOT_FOUND(NOT_FOUND),
    /** The path names a table that does not exist. */
    TABLE_NOT_FOUND(NOT_FOUND),
    KEY_NOT_FOUND(NOT_FOUND),
    METHOD_NOT_ALLOWED(ErrorKind.METHOD_NOT_ALLOWED),
    /** Others committed to the table first, and the change does not fit theirs. */
    COMMIT_CONFLICT(CONFLICT),
    /** A file that the run was to read is gone: its snapshot expired meanwhile, or another program removed it. */
    DATA_FILE_NOT_FOUND(CONFLICT),
    /** An idempotency key was sent with another body before. */
    IDEMPOTENCY_CONFLICT(CONFLICT),
    /** The run's rows were not kept, or not for so long. */
    RESULT_EXPIRED(EXPIRED),
    BODY_TOO_LARGE(PAYLOAD_TOO_LARGE),
    QUEUE_FULL(TOO_MANY_REQUESTS),
    SHUTTING_DOWN(UNAVAILABLE),
    /** Clients have as many connections as the server takes. */
    TOO_MANY_CONNECTIONS(UNAVAILABLE),
    /** The client closed the connection before its run was done, and the run was ended; it wrote nothing. */
    CLIENT_GONE(UNAVAILABLE),
    /** The database of runs and keys does not answer; what was asked was not begun, or its end will be recorded later. */
    STATE_STORE_UNAVAILABLE(UNAVAILABLE),
    /** No sandbox could be started, or the one that there is does not isolate. */
    SANDBOX_UNAVAILABLE(UNAVAILABLE),
    /** The distributed engine does not answer. */
    CLUSTER_UNAVAILABLE(UNAVAILABLE),
    /** The catalog did not say whether the commit landed; repeating it could write twice. */
    COMMIT_STATE_UNKNOWN(INTERNAL),
    /** The catalog failed, or is not the one that the server opened; nothing was written. */
    CATALOG_ERROR(INTERNAL),
    /** A disk of the server is full; nothing was written. */
    STORAGE_FULL(INTERNAL),
    /** An object store does not give or take a table's files; nothing was written. */
    STORAGE_ERROR(INTERNAL),
    /** The table's own metadata can't be read. */
    TABLE_METADATA_CORRUPT(INTERNAL),
    INTERNAL_ERROR(INTERNAL);

    private final ErrorKind kind;

    ErrorCode(ErrorKind kind) {
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }
}
