package dev.nerium.lake.name;

import java.time.Instant;

/** The version of a table that is read. */
public sealed interface TableVersion {
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
            return "@tag:" + TableName.quote(name);
        }
    }

    record Branch(String name) implements TableVersion {
        @Override
        public String toString() {
            return "@branch:" + TableName.quote(name);
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
