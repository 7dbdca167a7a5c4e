package dev.nerium.lake;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import java.util.Optional;

/** The rights of a key that is no admin's, where nothing was granted. */
public record RightsOfKey(String key) implements TableRights {
    @Override
    public Optional<String> onlyKey() {
        return Optional.of(key);
    }

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
        return new NeriumException(ErrorCode.FORBIDDEN, "no right on " + on);
    }
}
