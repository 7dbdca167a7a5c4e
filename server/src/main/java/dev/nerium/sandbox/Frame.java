package dev.nerium.sandbox;

import com.fasterxml.jackson.databind.JsonNode;

/** One message of the worker protocol: a JSON header and bytes. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Frame(JsonNode header, byte[] payload) {
    String type() {
        return header.path("type").asText();
    }
}
