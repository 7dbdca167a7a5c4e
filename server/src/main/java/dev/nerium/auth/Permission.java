package dev.nerium.auth;

import java.util.List;
import java.util.stream.Stream;

/** Rights of a key, for programs that ask before they try. */
public enum Permission {
    /** Run queries and scripts that return rows. */
    RUN_WORKLOADS(Scope.READ),
    /** Read tables of users, and read and cancel its own runs. */
    READ_TABLES(Scope.READ),
    /** Write, change and maintain tables of users. */
    WRITE_TABLES(Scope.WRITE),
    /** Read and cancel the runs of all keys. */
    READ_ALL_RUNS(Scope.ADMIN),
    /** Create, list, rotate and revoke keys. */
    MANAGE_KEYS(Scope.ADMIN),
    /** Read and set environment variables. */
    MANAGE_VARIABLES(Scope.ADMIN);

    private final Scope needed;

    Permission(Scope needed) {
        this.needed = needed;
    }

    public static List<Permission> of(Scope scope) {
        return Stream.of(values())
                .filter(permission -> scope.includes(permission.needed))
                .toList();
    }
}
