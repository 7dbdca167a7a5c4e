package dev.nerium.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InputStream;

/**
 * Rows that the server sends in another format than JSON.
 *
 * @param body the rows, as they come
 * @param fields of the JSON response, without the rows
 */
public record ReceivedRows(InputStream body, JsonNode fields) {}
