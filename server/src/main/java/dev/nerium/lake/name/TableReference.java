package dev.nerium.lake.name;

import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.iceberg.MetadataTableType;

/**
 * The name of a table to read: {@code catalog.namespace.table}, then {@code $name} for one of its metadata tables, then
 * {@code @version} for another version than the current one.
 */
public record TableReference(TableName name, Optional<MetadataTableType> metadataTable, TableVersion version) {
    /** The metadata tables that speak of one snapshot; the others speak of all. */
    private static final Set<MetadataTableType> OF_ONE_SNAPSHOT = Set.of(
            MetadataTableType.ENTRIES,
            MetadataTableType.FILES,
            MetadataTableType.DATA_FILES,
            MetadataTableType.DELETE_FILES,
            MetadataTableType.MANIFESTS,
            MetadataTableType.PARTITIONS);

    public static TableReference current(TableName name) {
        return new TableReference(name, Optional.empty(), new TableVersion.Current());
    }

    /**
     * Reads a reference as a user wrote it.
     *
     * @param field the request's field, for the message
     * @param catalog the catalog of the request
     * @see TableName#parse
     */
    public static TableReference parse(String text, String field, String catalog) {
        QualifiedNameParser parsed = QualifiedNameParser.parse(text, field);
        TableName name = TableName.of(parsed, catalog);
        int at = parsed.rest().indexOf('@');
        String view = at < 0 ? parsed.rest() : parsed.rest().substring(0, at);
        TableVersion version = at < 0
                ? new TableVersion.Current()
                : version(parsed, parsed.rest().substring(at + 1));
        if (view.isEmpty()) {
            return new TableReference(name, Optional.empty(), version);
        }
        MetadataTableType type = metadataTable(parsed, view.substring(1));
        if (at >= 0 && !OF_ONE_SNAPSHOT.contains(type)) {
            throw parsed.malformed(view + " is about all snapshots and has no versions: omit the @");
        }
        return new TableReference(name, Optional.of(type), version);
    }

    /** The same of one snapshot; one that speaks of all snapshots stays as it is. */
    public TableReference at(long snapshot) {
        return metadataTable.isPresent() && !OF_ONE_SNAPSHOT.contains(metadataTable.get())
                ? this
                : new TableReference(name, metadataTable, new TableVersion.SnapshotId(snapshot));
    }

    /** The reference as it is written in full. */
    @Override
    public String toString() {
        return name + metadataTable.map(type -> "$" + text(type)).orElse("") + version;
    }

    private static MetadataTableType metadataTable(QualifiedNameParser parsed, String view) {
        List<String> known = Arrays.stream(MetadataTableType.values())
                .filter(type -> type != MetadataTableType.POSITION_DELETES)
                .map(TableReference::text)
                .toList();
        if (!known.contains(view.toLowerCase(Locale.ROOT))) {
            throw parsed.malformed(
                    "'$" + view + "' is not a metadata table; expected one of $" + String.join(", $", known));
        }
        return MetadataTableType.from(view);
    }

    private static String text(MetadataTableType type) {
        return type.name().toLowerCase(Locale.ROOT);
    }

    private static TableVersion version(QualifiedNameParser parsed, String text) {
        if (text.matches("\\d{1,19}")) {
            return snapshot(parsed, text);
        }
        if (text.startsWith("tag:")) {
            return new TableVersion.Tag(refName(parsed, text, "tag:"));
        }
        if (text.startsWith("branch:")) {
            return new TableVersion.Branch(refName(parsed, text, "branch:"));
        }
        try {
            return new TableVersion.AsOf(OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeParseException e) {
            throw parsed.malformed("'" + text + "' after @ is not a snapshot id, tag:NAME, branch:NAME or a time with"
                    + " its zone, such as 2026-11-01T12:00:00Z");
        }
    }

    private static TableVersion snapshot(QualifiedNameParser parsed, String digits) {
        try {
            return new TableVersion.SnapshotId(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            throw parsed.malformed("'" + digits + "' after @ is larger than any snapshot id");
        }
    }

    private static String refName(QualifiedNameParser parsed, String text, String prefix) {
        String name = text.substring(prefix.length());
        boolean quoted = name.length() > 1 && name.startsWith("\"") && name.endsWith("\"");
        String bare = quoted ? QualifiedNameParser.unquoted(name) : name;
        if (bare.isEmpty()) {
            throw parsed.malformed("no name follows '@" + prefix + "'");
        }
        return bare;
    }
}
