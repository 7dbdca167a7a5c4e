package dev.nerium.sandbox.job;

import java.util.OptionalInt;

/**
 * What stands out in the plan of a run, as its worker says: a fact, of which others judge whether it matters.
 *
 * @param detail a sentence
 * @param table the handle of the table that it is about
 */
public record PlanNote(Kind kind, String detail, OptionalInt table) {
    /** What there is to say. */
    public enum Kind {
        PYTHON_FUNCTION("python-function"),
        CROSS_JOIN("cross-join"),
        ALL_COLUMNS("all-columns"),
        UNPLANNED_FILTER("unplanned-filter"),
        IN_MEMORY("in-memory");

        private final String id;

        Kind(String id) {
            this.id = id;
        }

        /** As it is written. */
        public String id() {
            return id;
        }
    }
}
