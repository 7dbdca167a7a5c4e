package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;

/**
 * Rows that the server sends in another format than JSON.
 *
 * @param body the rows, as they come
 * @param fields of the JSON response, without the rows
 */
public record ReceivedRows(InputStream body, JsonNode fields) {
    /** The same without rows, if it is the response to a statement that only changes something. */
    public ReceivedRows withoutRowsOfChange() {
        return fields.has("saved") || !hasColumns() ? new ReceivedRows(InputStream.nullInputStream(), fields) : this;
    }

    public boolean hasColumns() {
        return fields.path("column_count").asInt(1) > 0;
    }
}
