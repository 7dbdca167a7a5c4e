package dev.nerium.lake.access;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import java.util.Optional;

/**
 * All rights on all tables.
 *
 * @param onlyKey the key whose rows alone are seen of the server's own tables; empty for the server itself
 */
public record AllRights(Optional<String> onlyKey) implements TableRights {
    public static final TableRights INSTANCE = new AllRights(Optional.empty());

    @Override
    public boolean seesAll() {
        return true;
    }

    @Override
    public boolean has(Right right, TableName name) {
        return true;
    }

    @Override
    public boolean hasOnAllOf(Right right, String catalog, String namespace) {
        return true;
    }

    @Override
    public boolean sees(TableName name) {
        return true;
    }

    @Override
    public boolean seesNamespace(String catalog, String namespace) {
        return true;
    }

    @Override
    public boolean seesCatalog(String catalog) {
        return true;
    }

    @Override
    public boolean readsFolder(String path) {
        return true;
    }

    @Override
    public NeriumException refusal(Securable on, Right... oneOf) {
        throw new IllegalStateException("All rights are there on " + on);
    }
}
