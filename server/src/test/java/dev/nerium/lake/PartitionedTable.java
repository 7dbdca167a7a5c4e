package dev.nerium.lake;

import dev.nerium.TestServer;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.types.Types;

/** Tables whose layout their makers chose. */
public final class PartitionedTable {
    private PartitionedTable() {}

    /** An empty table of a {@code day}, a {@code kind} and an {@code x}. */
    public static void create(TestServer server, String namespace, String name, String... partitionedBy) {
        Schema schema = new Schema(
                Types.NestedField.optional(1, "day", Types.DateType.get()),
                Types.NestedField.optional(2, "kind", Types.StringType.get()),
                Types.NestedField.optional(3, "x", Types.LongType.get()));
        PartitionSpec.Builder spec = PartitionSpec.builderFor(schema);
        for (String column : partitionedBy) {
            spec.identity(column);
        }
        try (EmbeddedCatalog catalog = EmbeddedCatalog.open("oleander", server.home(), new LocalFileIO())) {
            if (!catalog.namespaceExists(Namespace.of(namespace))) {
                catalog.createNamespace(Namespace.of(namespace));
            }
            catalog.createTable(TableIdentifier.of(namespace, name), schema, spec.build());
        }
    }
}
