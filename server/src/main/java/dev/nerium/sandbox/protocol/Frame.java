package dev.nerium.sandbox.protocol;

import com.fasterxml.jackson.databind.JsonNode;

/** One message of the worker protocol: a JSON header and bytes. */
@SuppressWarnings("ArrayRecordComponent")
public // handed on, never compared
record Frame(JsonNode header, byte[] payload) {
    public String type() {
        return header.path("type").asText();
    }
}
