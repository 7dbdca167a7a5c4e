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
    /** The table has a feature that Nerium does not read or write. */
    UNSUPPORTED_TABLE(USER),
    /** The result does not fit the destination table. */
    SCHEMA_MISMATCH(USER),
    /** Polars could not parse or run the SQL text. */
    QUERY_FAILED(USER),
    /** The script raised, or did not assign a usable {@code result}. */
    SCRIPT_FAILED(USER),
    /** The result has a type or a shape that can't be returned or written. */
    UNSUPPORTED_RESULT_TYPE(USER),
    /** Polars failed while executing a valid query or script. */
    ENGINE_ERROR(USER),
    /** An uploaded file could not be read. */
    UPLOAD_FAILED(USER),
    /** The result is over the inline limit. */
    RESULT_TOO_LARGE(USER),
    /** The run used more memory than its tier has. */
    OUT_OF_MEMORY(USER),
    /** The run wrote more files or bytes than allowed. */
    OUT_OF_DISK(USER),
    /** The run exceeded its time limit. */
    TIMED_OUT(USER),
    /** The run was cancelled. */
    CANCELLED(USER),
    /** The worker's process ended in the middle of the user's code, without an answer. */
    WORKER_CRASHED(USER),
    /** The worker answered what can't be used: a message that breaks the protocol, or a file, schema or result that is none. */
    WORKER_PROTOCOL_ERROR(USER),
    /** The key or token is missing, unknown, expired or revoked. */
    UNAUTHORIZED(AUTH),
    /** The scope of the key is not sufficient. */
    FORBIDDEN(ErrorKind.FORBIDDEN),
    /** No route has this path. */
    ROUTE_NOT_FOUND(NOT_FOUND),
    /** No run has this id. */
    RUN_NOT_FOUND(NOT_FOUND),
    /** The path names a table that does not exist. */
    TABLE_NOT_FOUND(NOT_FOUND),
    /** No environment variable has this id. */
    VARIABLE_NOT_FOUND(NOT_FOUND),
    /** No key has this id or name. */
    KEY_NOT_FOUND(NOT_FOUND),
    /** The key, the group or the default has no quota. */
    QUOTA_NOT_FOUND(NOT_FOUND),
    /** No grant has this id, or the key may not see it. */
    GRANT_NOT_FOUND(NOT_FOUND),
    /** The route does not support the method. */
    METHOD_NOT_ALLOWED(ErrorKind.METHOD_NOT_ALLOWED),
    /** The result is in none of the formats that the header {@code Accept} names. */
    NOT_ACCEPTABLE(ErrorKind.NOT_ACCEPTABLE),
    /** Another writer committed to the table first, and the change conflicts with it. */
    COMMIT_CONFLICT(CONFLICT),
    /** A data file of the run no longer exists: its snapshot expired, or another program removed it. */
    DATA_FILE_NOT_FOUND(CONFLICT),
    /** The idempotency key was used before with another body. */
    IDEMPOTENCY_CONFLICT(CONFLICT),
    /** Another key has the name, the key can't be rotated, or it is the last one that can manage keys. */
    KEY_CONFLICT(CONFLICT),
    /** The result was not stored, or has expired. */
    RESULT_EXPIRED(EXPIRED),
    /** The body is larger than the limit. */
    BODY_TOO_LARGE(PAYLOAD_TOO_LARGE),
    /** The queue is full, or the run reached its queue timeout. */
    QUEUE_FULL(TOO_MANY_REQUESTS),
    /** A quota of the key or of one of its groups is used up. */
    QUOTA_EXCEEDED(TOO_MANY_REQUESTS),
    /** The address of the client sent too many requests without a valid key. */
    TOO_MANY_FAILED_KEYS(TOO_MANY_REQUESTS),
    /** The server is stopping and accepts no new work. */
    SHUTTING_DOWN(UNAVAILABLE),
    /** The limit of connections is reached. */
    TOO_MANY_CONNECTIONS(UNAVAILABLE),
    /** The client closed the connection, and the run was cancelled; it wrote nothing. */
    CLIENT_GONE(UNAVAILABLE),
    /** The state database does not respond; the request was not started, or its end will be recorded later. */
    STATE_STORE_UNAVAILABLE(UNAVAILABLE),
    /** The OpenID provider does not respond; tokens can't be checked. */
    ISSUER_UNAVAILABLE(UNAVAILABLE),
    /** No sandbox could be started, or the configured provider does not isolate. */
    SANDBOX_UNAVAILABLE(UNAVAILABLE),
    /** The distributed engine does not respond. */
    CLUSTER_UNAVAILABLE(UNAVAILABLE),
    /** The outcome of the commit is unknown; a retry without a check could write twice. */
    COMMIT_STATE_UNKNOWN(INTERNAL),
    /** The catalog failed, or is not the one that the server opened; nothing was written. */
    CATALOG_ERROR(INTERNAL),
    /** A disk of the server is full; nothing was written. */
    STORAGE_FULL(INTERNAL),
    /** An object store failed or refused a read or a write; nothing was written. */
    STORAGE_ERROR(INTERNAL),
    /** The table's own metadata can't be read. */
    TABLE_METADATA_CORRUPT(INTERNAL),
    /** The server failed; its log has the cause. */
    INTERNAL_ERROR(INTERNAL);

    private final ErrorKind kind;

    ErrorCode(ErrorKind kind) {
        this.kind = kind;
    }

    public ErrorKind kind() {
        return kind;
    }
}
