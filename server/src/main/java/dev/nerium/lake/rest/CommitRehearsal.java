package dev.nerium.lake.rest;

import dev.nerium.error.NeriumException;
import java.util.List;
import java.util.Objects;
import org.apache.iceberg.MetadataUpdate;
import org.apache.iceberg.MetadataUpdateParser;
import org.apache.iceberg.TableMetadata;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.NoSuchTableException;

/** A commit that failed, tried again in memory: whether it was the client's fault. */
record CommitRehearsal(TableIdentifier table, TableMetadata.Builder builder, List<MetadataUpdate> updates) {
    private static final int LONGEST = 300;

    static CommitRehearsal of(ServedCatalog catalog, TableIdentifier table, List<MetadataUpdate> updates) {
        return new CommitRehearsal(table, builder(catalog, table), updates);
    }

    private static TableMetadata.Builder builder(ServedCatalog catalog, TableIdentifier table) {
        try {
            return TableMetadata.buildFrom(catalog.load(table));
        } catch (NoSuchTableException e) {
            return TableMetadata.buildFromEmpty();
        }
    }

    /** Fails where the updates make no table. */
    void requireApplicable() {
        for (MetadataUpdate update : updates) {
            try {
                update.applyTo(builder);
            } catch (RuntimeException e) {
                throw NeriumException.invalid(
                        "The update %s can't be applied to the table %s: it refers to something that does not exist or does not fit."
                                .formatted(text(update), table));
            }
        }
        try {
            Objects.requireNonNull(builder.build());
        } catch (RuntimeException e) {
            throw NeriumException.invalid(
                    "The updates do not create a table %s: expected a location, a schema, a partition spec and a sort order."
                            .formatted(table));
        }
    }

    private static String text(MetadataUpdate update) {
        String json = MetadataUpdateParser.toJson(update);
        return json.length() > LONGEST ? json.substring(0, LONGEST) + "…" : json;
    }
}
