package dev.nerium.grant;

import dev.nerium.auth.Principal;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.command.Command.ChangeGrants;
import dev.nerium.lake.command.Command.GrantCommand;
import dev.nerium.lake.command.Command.ShowGrants;
import dev.nerium.lake.command.CommandResult;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** GRANT, REVOKE and SHOW GRANTS. */
public final class GrantCommands {
    private static final List<String> COLUMNS =
            List.of("grantee_type", "grantee", "right", "object_type", "object", "granted_by", "granted_at");

    private GrantCommands() {}

    public static CommandResult execute(GrantCommand command, Grants grants, Principal principal) {
        switch (command) {
            case ChangeGrants change -> {
                var _ = change.grants()
                        ? grants.grant(principal, change.rights(), change.on(), change.grantee())
                        : grants.revoke(principal, change.rights(), change.on(), change.grantee());
                return CommandResult.NOTHING;
            }
            case ShowGrants(var on, var grantee) -> {
                return show(grants.list(principal, on, grantee));
            }
        }
    }

    private static CommandResult show(List<Grant> grants) {
        return new CommandResult(
                COLUMNS, grants.stream().map(GrantCommands::row).toList());
    }

    private static List<@Nullable String> row(Grant grant) {
        return List.of(
                grant.grantee().kind().name().toLowerCase(Locale.ROOT),
                grant.grantee().name(),
                grant.right().text(),
                kind(grant.on()),
                name(grant.on()),
                grant.grantedBy(),
                grant.grantedAt().toString());
    }

    private static String kind(Securable securable) {
        return switch (securable) {
            case Securable.Folder _ -> "location";
            case Securable.Tables(Optional<String> catalog, Optional<String> namespace, Optional<String> table) -> {
                if (table.isPresent()) {
                    yield "table";
                }
                yield namespace.isPresent() ? "schema" : catalog.isPresent() ? "catalog" : "all catalogs";
            }
        };
    }

    private static String name(Securable securable) {
        String text = securable.toString();
        return switch (securable) {
            case Securable.Folder(String path) -> path;
            case Securable.Tables tables when tables.catalog().isEmpty() -> "";
            case Securable.Tables _ -> text.substring(text.indexOf(' ') + 1);
        };
    }
}
