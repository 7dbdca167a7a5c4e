package dev.nerium.http.grant;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.grant.Grant;
import dev.nerium.http.common.Json;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Securable;
import java.util.Locale;

/** A grant as the API shows it. */
final class GrantJson {
    private GrantJson() {}

    static ObjectNode of(Grant grant) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("id", grant.id())
                .put("right", grant.right().text());
        ObjectNode on = body.putObject("on");
        switch (grant.on()) {
            case Securable.Folder(String path) -> on.put("location", path);
            case Securable.Tables(var catalog, var namespace, var table) -> {
                catalog.ifPresent(name -> on.put("catalog", name));
                namespace.ifPresent(name -> on.put("namespace", name));
                table.ifPresent(name -> on.put("table", name));
            }
        }
        ObjectNode to = body.putObject("to");
        Grantee grantee = grant.grantee();
        switch (grantee.kind()) {
            case PUBLIC -> to.put("public", true);
            case KEY, GROUP -> to.put(grantee.kind().name().toLowerCase(Locale.ROOT), grantee.name());
        }
        return body.put("granted_by", grant.grantedBy())
                .put("granted_at", grant.grantedAt().toString());
    }
}
