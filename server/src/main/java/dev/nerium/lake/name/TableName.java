package dev.nerium.lake.name;

import java.util.List;

/** A table's full name: {@code catalog.namespace.table}, its parts quoted where they need it. */
public record TableName(String catalog, String namespace, String table) {
    /**
     * Reads {@code namespace.table} or {@code catalog.namespace.table} as a user wrote it. A part with a dot, space,
     * {@code @} or {@code $} is double-quoted, {@code ""} inside stands for one quote.
     *
     * @param field the request's field, for the message
     * @param catalog the catalog of the request
     */
    public static TableName parse(String text, String field, String catalog) {
        QualifiedNameParser name = QualifiedNameParser.parse(text, field);
        if (!name.rest().isEmpty()) {
            throw name.malformed("a version (@) or a metadata table ($) can only be read");
        }
        return of(name, catalog);
    }

    static TableName of(QualifiedNameParser name, String catalog) {
        List<String> parts = name.parts();
        return switch (parts.size()) {
            case 2 -> new TableName(catalog, parts.get(0), parts.get(1));
            case 3 -> new TableName(parts.get(0), parts.get(1), parts.get(2));
            case 1 -> throw name.malformed("it has 1 part");
            default -> throw name.malformed("it has " + parts.size() + " parts");
        };
    }

    /** {@code namespace.table}, as the API shows it. */
    public String local() {
        return quoted(namespace) + "." + quoted(table);
    }

    @Override
    public String toString() {
        return quoted(catalog) + "." + local();
    }

    /** A part as it is written, quoted if it needs to be. */
    public static String quoted(String part) {
        return part.chars().anyMatch(c -> c == '.' || c == ' ' || c == '@' || c == '$' || c == '"')
                ? '"' + part.replace("\"", "\"\"") + '"'
                : part;
    }
}
