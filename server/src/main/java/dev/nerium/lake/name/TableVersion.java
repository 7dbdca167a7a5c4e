package dev.nerium.lake.name;

import dev.nerium.error.NeriumException;
import java.time.Instant;

/** The version of a table that is read. */
public sealed interface TableVersion {
    /**
     * Reads what follows {@code @} in a {@link TableReference}: a snapshot, a tag, a branch or a time.
     *
     * @param field the request's field, for the message
     */
    static TableVersion parse(String text, String field) {
        try {
            return TableReference.parse("namespace.table@" + text, field, "").version();
        } catch (NeriumException e) {
            throw NeriumException.invalid(
                    "%s is '%s': expected a snapshot id, tag:NAME, branch:NAME or a time with its zone, such as 2026-11-01T12:00:00Z."
                            .formatted(field, text.length() > 60 ? text.substring(0, 60) + "…" : text));
        }
    }

    /** As it is when the run names it. */
    record Current() implements TableVersion {
        @Override
        public String toString() {
            return "";
        }
    }

    record SnapshotId(long id) implements TableVersion {
        @Override
        public String toString() {
            return "@" + id;
        }
    }

    record Tag(String name) implements TableVersion {
        @Override
        public String toString() {
            return "@tag:" + TableName.quoted(name);
        }
    }

    record Branch(String name) implements TableVersion {
        @Override
        public String toString() {
            return "@branch:" + TableName.quoted(name);
        }
    }

    /** As it was then. */
    record AsOf(Instant time) implements TableVersion {
        @Override
        public String toString() {
            return "@" + time;
        }
    }
}
