package dev.nerium.audit;

import java.util.Locale;

/** The changes that have events. */
public enum AuditAction {
    KEY_CREATE,
    KEY_ROTATE,
    KEY_REVOKE,
    KEY_GROUPS,
    GRANT_CREATE,
    GRANT_REVOKE,
    QUOTA_SET,
    QUOTA_DROP,
    LOGIN_SESSION,
    LOGOUT_SESSION,
    VARIABLE_SET,
    VARIABLE_DELETE,
    NAMESPACE_CREATE,
    NAMESPACE_ALTER,
    NAMESPACE_DROP,
    TABLE_CREATE,
    TABLE_WRITE,
    TABLE_ALTER,
    TABLE_RENAME,
    TABLE_DROP,
    TABLE_MAINTAIN,
    REF_CHANGE,
    VIEW_CREATE,
    VIEW_ALTER,
    VIEW_DROP,
    /** The server started, with settings of this hash. */
    SETTINGS,
    /** A request was refused because its key lacks a right. */
    REQUEST_DENIED,
    /** Requests without a valid key. */
    LOGIN_FAILED;

    /** Such as {@code table.create}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '.');
    }

    /** The action with that text. */
    public static AuditAction of(String text) {
        return valueOf(text.toUpperCase(Locale.ROOT).replace('.', '_'));
    }

    /** The kind of the object, such as {@code table}. */
    String kind() {
        return switch (this) {
            case REQUEST_DENIED -> "route";
            case LOGIN_FAILED -> "address";
            case LOGIN_SESSION, LOGOUT_SESSION -> "session";
            case SETTINGS -> "settings";
            default -> text().substring(0, text().indexOf('.'));
        };
    }
}
