package dev.nerium.quota;

import java.util.Locale;

/**
 * The key, the group or the default of a quota.
 *
 * @param name the id of the key, or the name of the group; empty for the default
 */
public record QuotaSubject(Kind kind, String name) {
    public static final QuotaSubject DEFAULT = new QuotaSubject(Kind.DEFAULT, "");

    /** Kinds of quotas. */
    public enum Kind {
        /** Each key, for the limits that its own quota does not have. */
        DEFAULT,
        /** The members of a group together. */
        GROUP,
        /** One key. */
        KEY;

        /** As the API writes it. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static QuotaSubject key(String id) {
        return new QuotaSubject(Kind.KEY, id);
    }

    public static QuotaSubject group(String name) {
        return new QuotaSubject(Kind.GROUP, name);
    }
}
