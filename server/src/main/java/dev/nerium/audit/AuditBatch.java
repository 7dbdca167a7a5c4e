package dev.nerium.audit;

import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Finished events, which belong together until they are in their table.
 *
 * @param id the same at each attempt
 * @param rows values by column: texts, numbers, instants and lists of texts
 */
public record AuditBatch(UUID id, List<Map<String, Object>> rows) {
    public AuditBatch {
        rows = List.copyOf(rows);
    }
}
