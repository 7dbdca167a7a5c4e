package dev.nerium.lake.access;

import dev.nerium.lake.name.TableName;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The object of a right. */
public sealed interface Securable {
    /**
     * Tables and views: one, or all of a schema, of a catalog or of all catalogs, also those that are made later.
     *
     * @param catalog empty for all of them
     * @param namespace with the ones in it; empty for all of the catalog
     * @param table a table or a view; empty for all of the namespace
     */
    record Tables(Optional<String> catalog, Optional<String> namespace, Optional<String> table) implements Securable {
        public static final Tables ALL = new Tables(Optional.empty(), Optional.empty(), Optional.empty());

        public static Tables of(TableName name) {
            return new Tables(Optional.of(name.catalog()), Optional.of(name.namespace()), Optional.of(name.table()));
        }

        public static Tables within(String catalog, String namespace) {
            return new Tables(Optional.of(catalog), Optional.of(namespace), Optional.empty());
        }

        public boolean covers(TableName name) {
            return table.map(name.table()::equals).orElse(true)
                    && (table.isEmpty() || namespace.equals(Optional.of(name.namespace())))
                    && coversNamespace(name.catalog(), name.namespace());
        }

        /** Whether it covers all that is in a namespace, or will be. */
        public boolean coversAllOf(String ofCatalog, String ofNamespace) {
            return table.isEmpty() && coversNamespace(ofCatalog, ofNamespace);
        }

        private boolean coversNamespace(String ofCatalog, String ofNamespace) {
            return coversCatalog(ofCatalog)
                    && namespace
                            .map(own -> own.equals(ofNamespace) || ofNamespace.startsWith(own + "."))
                            .orElse(true);
        }

        public boolean coversCatalog(String ofCatalog) {
            return catalog.map(ofCatalog::equals).orElse(true);
        }

        /** Whether something that it covers is in a namespace, or in one below it. */
        public boolean reaches(String ofCatalog, String ofNamespace) {
            return coversNamespace(ofCatalog, ofNamespace)
                    || (coversCatalog(ofCatalog)
                            && namespace
                                    .filter(own -> own.startsWith(ofNamespace + "."))
                                    .isPresent());
        }

        /** Whether it covers all that another one covers. */
        public boolean includes(Tables other) {
            if (other.table().isPresent()) {
                return covers(new TableName(
                        other.catalog().orElseThrow(),
                        other.namespace().orElseThrow(),
                        other.table().get()));
            }
            if (other.namespace().isPresent()) {
                return coversAllOf(
                        other.catalog().orElseThrow(), other.namespace().get());
            }
            return namespace.isEmpty()
                    && other.catalog().map(this::coversCatalog).orElse(catalog.isEmpty());
        }

        @Override
        public String toString() {
            if (catalog.isEmpty()) {
                return "ALL CATALOGS";
            }
            if (namespace.isEmpty()) {
                return "CATALOG " + TableName.quoted(catalog.get());
            }
            return table.map(name -> "TABLE " + new TableName(catalog.get(), namespace.get(), name))
                    .orElseGet(() -> "SCHEMA "
                            + Stream.concat(
                                            catalog.stream().map(TableName::quoted),
                                            Stream.of(namespace.get().split("\\.")))
                                    .collect(Collectors.joining(".")));
        }
    }

    /** A folder of {@code external.locations}, with all its files. */
    record Folder(String path) implements Securable {
        @Override
        public String toString() {
            return "LOCATION '" + path.replace("'", "''") + "'";
        }
    }
}
