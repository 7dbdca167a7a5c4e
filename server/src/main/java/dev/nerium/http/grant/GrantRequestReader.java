package dev.nerium.http.grant;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.QueryParameters;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.name.TableName;
import io.helidon.webserver.http.ServerRequest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads who gets which rights on what. */
final class GrantRequestReader {
    private static final List<String> PARAMETERS = List.of("table", "key", "group", "public");
    private static final String WHO = "{\"key\": \"etl\"}, {\"group\": \"analysts\"} or {\"public\": true}";
    private static final String WHAT =
            "{\"catalog\": \"main\", \"namespace\": \"sales\", \"table\": \"orders\"}, less of it, or {\"location\": \"/data\"}";

    private GrantRequestReader() {}

    static void requireKnownParameters(ServerRequest request) {
        QueryParameters.requireKnown(request, PARAMETERS);
    }

    static Securable table(String text, String catalog) {
        return Securable.Tables.of(TableName.parse(text, "table", catalog));
    }

    /** The grantee that the query names; empty for all. */
    static Optional<Grantee> grantee(ServerRequest request) {
        Optional<String> key = QueryParameters.first(request, "key");
        Optional<String> group = QueryParameters.first(request, "group");
        boolean everyone = QueryParameters.flag(request, "public");
        return one("key, group and public", key, group, everyone);
    }

    static Grantee grantee(RequestFields fields) {
        RequestFields to = object(fields, "to", WHO);
        to.requireKnown(List.of("key", "group", "public"));
        return one("to", to.text("key"), to.text("group"), to.flag("public"))
                .orElseThrow(() -> NeriumException.invalid("to is empty: expected " + WHO + "."));
    }

    private static Optional<Grantee> one(String field, Optional<String> key, Optional<String> group, boolean everyone) {
        List<Grantee> named = Stream.of(
                        key.map(Grantee::key),
                        group.map(Grantee::group),
                        everyone ? Optional.of(Grantee.PUBLIC) : Optional.<Grantee>empty())
                .flatMap(Optional::stream)
                .toList();
        if (named.size() > 1) {
            throw NeriumException.invalid(field + " name more than one: send a key, a group or public.");
        }
        return named.stream().findFirst();
    }

    static Securable securable(RequestFields fields) {
        RequestFields on = object(fields, "on", WHAT);
        on.requireKnown(List.of("catalog", "namespace", "table", "location"));
        Optional<String> catalog = name(on, "catalog");
        Optional<String> namespace = name(on, "namespace");
        Optional<String> table = name(on, "table");
        Optional<String> location = name(on, "location");
        if (location.isPresent()) {
            if (catalog.isPresent() || namespace.isPresent() || table.isPresent()) {
                throw NeriumException.invalid("on has location and names of tables: send one of them.");
            }
            return new Securable.Folder(location.get());
        }
        requireParent("on.namespace", namespace, "on.catalog", catalog);
        requireParent("on.table", table, "on.namespace", namespace);
        return new Securable.Tables(catalog, namespace, table);
    }

    private static void requireParent(String field, Optional<String> value, String parent, Optional<String> of) {
        if (value.isPresent() && of.isEmpty()) {
            throw NeriumException.invalid("%s is '%s' and %s is missing: a name is in the one above it."
                    .formatted(field, RequestFields.shortened(value.get()), parent));
        }
    }

    private static Optional<String> name(RequestFields on, String field) {
        return on.text(field).map(text -> {
            if (text.isBlank()) {
                throw NeriumException.invalid("on." + field + " is empty: send a name, or leave it out for all.");
            }
            return text;
        });
    }

    static Set<Right> rights(RequestFields fields) {
        JsonNode node = fields.value("rights")
                .orElseThrow(() -> NeriumException.invalid("rights is missing: choose from " + names() + "."));
        if (!node.isArray() || node.isEmpty()) {
            throw RequestFields.wrong("rights", node, "a list of " + names());
        }
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (JsonNode each : node) {
            rights.add(Right.parse(each.isTextual() ? each.textValue() : "")
                    .orElseThrow(() -> RequestFields.wrong("rights", each, "one of " + names())));
        }
        return rights;
    }

    private static String names() {
        return Arrays.stream(Right.values()).map(Right::text).collect(Collectors.joining(", "));
    }

    private static RequestFields object(RequestFields fields, String field, String expected) {
        JsonNode node = fields.value(field)
                .orElseThrow(() -> NeriumException.invalid(field + " is missing: expected " + expected + "."));
        if (node instanceof ObjectNode object) {
            return new RequestFields(object);
        }
        throw RequestFields.wrong(field, node, expected);
    }
}
