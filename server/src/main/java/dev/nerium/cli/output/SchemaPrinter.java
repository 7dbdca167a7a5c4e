package dev.nerium.cli.output;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.cli.shell.Terminal;
import java.util.List;
import java.util.stream.Collectors;

/** Prints the columns of a table. */
public final class SchemaPrinter {
    private final Terminal shell;

    public SchemaPrinter(Terminal shell) {
        this.shell = shell;
    }

    /** @param metadata of the table, as Iceberg's JSON */
    public void print(JsonNode metadata) {
        int current = metadata.path("current-schema-id").asInt();
        metadata.path("schemas")
                .valueStream()
                .filter(schema -> schema.path("schema-id").asInt() == current)
                .findFirst()
                .ifPresent(schema -> TextTable.of(
                                List.of("column", "type"),
                                schema.path("fields")
                                        .valueStream()
                                        .map(SchemaPrinter::row)
                                        .toList())
                        .print(shell.out(), shell.screen()));
    }

    private static List<String> row(JsonNode field) {
        String required = field.path("required").asBoolean() ? " not null" : "";
        return List.of(field.path("name").asText(), type(field.path("type")) + required);
    }

    private static String type(JsonNode type) {
        return switch (type.path("type").asText()) {
            case "list" -> "list<" + type(type.path("element")) + ">";
            case "map" -> "map<" + type(type.path("key")) + ", " + type(type.path("value")) + ">";
            case "struct" ->
                type.path("fields")
                        .valueStream()
                        .map(field -> field.path("name").asText() + ": " + type(field.path("type")))
                        .collect(Collectors.joining(", ", "struct<", ">"));
            default -> type.asText();
        };
    }
}
