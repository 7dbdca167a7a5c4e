package dev.nerium.lake.command;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a command; one that changes something has none.
 *
 * @param columns names, all of them of texts
 * @param rows each with a value for each column, null where there is none
 */
public record CommandResult(List<String> columns, List<List<@Nullable String>> rows) {
    public static final CommandResult NOTHING = new CommandResult(List.of(), List.of());

    public CommandResult {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
