package dev.nerium.grant;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.access.Securable.Folder;
import dev.nerium.lake.access.Securable.Tables;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides what a principal may do with a table: the only class that does, for every way in.
 *
 * <p>All rights have the server, admins, and keys of accounts that can use the home; all others have the rights that are granted to
 * them, or all as long as nothing was ever granted. The scope of a key limits what it does with a right.
 */
final class GrantedRights implements TableRights {
    private final Principal principal;
    private final Supplier<GrantBook> book;

    /** @param book the grants as they are now */
    GrantedRights(Principal principal, Supplier<GrantBook> book) {
        this.principal = principal;
        this.book = book;
    }

    @Override
    public Optional<String> onlyKey() {
        return principal.onlyKey();
    }

    @Override
    public boolean seesAll() {
        return hasAll(book.get());
    }

    private boolean hasAll(GrantBook now) {
        return !now.enforced()
                || principal.scope().includes(Scope.ADMIN)
                || principal.equals(Principal.SERVER)
                || principal.isLocal();
    }

    @Override
    public boolean has(Right right, TableName name) {
        return anyOnTables(right, tables -> tables.covers(name));
    }

    @Override
    public boolean hasOnAllOf(Right right, String catalog, String namespace) {
        return anyOnTables(right, tables -> tables.coversAllOf(catalog, namespace));
    }

    @Override
    public boolean sees(TableName name) {
        return any(grant -> grant.on() instanceof Tables tables && tables.covers(name));
    }

    @Override
    public boolean seesNamespace(String catalog, String namespace) {
        return any(grant -> grant.on() instanceof Tables tables && tables.reaches(catalog, namespace));
    }

    @Override
    public boolean seesCatalog(String catalog) {
        return any(grant -> grant.on() instanceof Tables tables && tables.coversCatalog(catalog));
    }

    @Override
    public boolean readsFolder(String path) {
        return any(grant -> grant.on().equals(new Folder(path)) && grant.right().includes(Right.READ));
    }

    /** Whether it may grant and revoke rights on something. */
    boolean manages(Securable securable) {
        return switch (securable) {
            case Tables wanted -> anyOnTables(Right.MANAGE, tables -> tables.includes(wanted));
            case Folder folder -> any(grant -> grant.on().equals(folder) && grant.right() == Right.MANAGE);
        };
    }

    private boolean anyOnTables(Right right, Predicate<Tables> reaches) {
        return any(
                grant -> grant.right().includes(right) && grant.on() instanceof Tables tables && reaches.test(tables));
    }

    private boolean any(Predicate<Grant> suffices) {
        GrantBook now = book.get();
        return hasAll(now) || now.of(principal).stream().anyMatch(suffices);
    }

    @Override
    public NeriumException refusal(Securable on, Right... oneOf) {
        return new NeriumException(
                ErrorCode.FORBIDDEN,
                "The key '%s' needs the right %s on %s. An admin, or a key with the right manage on it, can grant it: GRANT %s ON %s TO %s."
                        .formatted(
                                principal.name(),
                                Stream.of(oneOf).map(Right::text).collect(Collectors.joining(" or ")),
                                on,
                                oneOf[0].name().toUpperCase(Locale.ROOT),
                                on,
                                Grantee.key(
                                        Principal.isTokenOwner(principal.keyId())
                                                ? principal.keyId()
                                                : principal.name())));
    }
}
