package dev.nerium.lake.access;

/**
 * A key, a group or all keys.
 *
 * @param name of a key or a group; empty for all keys
 */
public record Grantee(Kind kind, String name) {
    public static final Grantee PUBLIC = new Grantee(Kind.PUBLIC, "");

    /** The kind of a grantee. */
    public enum Kind {
        KEY,
        GROUP,
        /** All keys. */
        PUBLIC
    }

    public static Grantee key(String name) {
        return new Grantee(Kind.KEY, name);
    }

    public static Grantee group(String name) {
        return new Grantee(Kind.GROUP, name);
    }

    /** As a statement names it. */
    @Override
    public String toString() {
        return kind == Kind.PUBLIC ? "PUBLIC" : kind + " '" + name.replace("'", "''") + "'";
    }
}
