package dev.nerium.lake.command;

import dev.nerium.lake.name.TableName;
import java.util.List;

/**
 * A view as a query reads it.
 *
 * @param columns names of the columns, which the query may name otherwise
 * @param texts the same query in dialects that may be read, the best one first
 * @param catalog where names in the text without a catalog are
 * @param namespace where names of one part are
 */
public record ViewText(
        TableName name, List<String> columns, List<Representation> texts, String catalog, String namespace) {
    /** The text of the query in one dialect. */
    public record Representation(String dialect, String sql) {}

    public ViewText {
        columns = List.copyOf(columns);
        texts = List.copyOf(texts);
    }
}
