package dev.nerium.error;

/** What sort of failure it was, which decides the HTTP status. */
public enum ErrorKind {
    USER,
    AUTH,
    SCOPE,
    NOT_FOUND,
    METHOD,
    CONFLICT,
    GONE,
    SIZE,
    BUSY,
    UNAVAILABLE,
    INTERNAL
}
