package dev.nerium.error;

/** What sort of failure it was, which decides the HTTP status. */
public enum ErrorKind {
    USER,
    AUTH,
    FORBIDDEN,
    NOT_FOUND,
    METHOD_NOT_ALLOWED,
    CONFLICT,
    EXPIRED,
    PAYLOAD_TOO_LARGE,
    TOO_MANY_REQUESTS,
    UNAVAILABLE,
    INTERNAL
}
