package dev.nerium.http.workload;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.CatalogScope;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;

/** One item of the request's list: {@code "alias=namespace.table"}, {@code "namespace.table"} or {@code {alias, table}}. */
record TableEntry(String alias, TableReference table) {

    static TableEntry read(String field, JsonNode node, CatalogScope catalog) {
        if (node.isObject()) {
            String alias = member(field, node, "alias");
            return new TableEntry(alias, reference(member(field, node, "table"), field + ".table", catalog));
        }
        if (!node.isTextual() || node.textValue().isBlank()) {
            throw RequestFields.wrong(
                    field, node, "\"alias=namespace.table\" or {\"alias\": \"alias\", \"table\": \"namespace.table\"}");
        }
        return read(field, node.textValue(), catalog);
    }

    /** A table to write to; a catalog in its name must be the one that the request names, if it names one. */
    static TableBranch destination(String text, String field, CatalogScope catalog) {
        TableBranch destination = TableBranch.parse(text, field, catalog.name());
        requireCatalog(destination.name(), text, field, catalog);
        return destination;
    }

    private static TableReference reference(String text, String field, CatalogScope catalog) {
        TableReference reference = TableReference.parse(text, field, catalog.name());
        requireCatalog(reference.name(), text, field, catalog);
        return reference;
    }

    private static void requireCatalog(TableName name, String text, String field, CatalogScope catalog) {
        if (!catalog.allows(name.catalog())) {
            throw NeriumException.invalid("%s is '%s', in the catalog '%s', but the request's catalog is '%s'."
                    .formatted(field, text, name.catalog(), RequestFields.shortened(catalog.name())));
        }
    }

    /** The last equals sign outside quotes ends the alias, which may itself hold any character. */
    private static TableEntry read(String field, String text, CatalogScope catalog) {
        int equals = -1;
        boolean quoted = false;
        for (int i = text.length() - 1; i >= 0 && equals < 0; i--) {
            quoted ^= text.charAt(i) == '"';
            equals = !quoted && text.charAt(i) == '=' ? i : -1;
        }
        if (quoted) {
            // A quote that is not closed: the alias ends as if there were none, so that the name's error says it.
            equals = text.lastIndexOf('=');
        }
        TableReference table = reference(text.substring(equals + 1).strip(), field, catalog);
        String alias =
                equals < 0 ? table.name().table() : text.substring(0, equals).strip();
        if (alias.isEmpty()) {
            throw NeriumException.invalid(field + " is '" + text + "': the alias before '=' is empty.");
        }
        return new TableEntry(alias, table);
    }

    private static String member(String field, JsonNode node, String member) {
        JsonNode value = node.path(member);
        if (value.isMissingNode() || value.isNull()) {
            throw NeriumException.invalid(field + "." + member + " is missing: an entry needs an alias and a table.");
        }
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw RequestFields.wrong(field + "." + member, value, "a string that is not empty");
        }
        return value.textValue();
    }
}
