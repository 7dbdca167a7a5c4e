package dev.nerium.lake.access;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import java.util.Optional;

/** The rights of one key on tables and views. The answers may change while it is used, as rights are granted and revoked. */
public interface TableRights {
    /** The key whose rows alone it sees of the server's own tables; empty where it sees those of all. */
    Optional<String> onlyKey();

    /** Whether it sees all tables and folders. */
    boolean seesAll();

    /** Whether it has a right on a table or a view, which need not exist. */
    boolean has(Right right, TableName name);

    /** Whether it has a right on all that is in a namespace, or will be. */
    boolean hasOnAllOf(Right right, String catalog, String namespace);

    /** Whether it has any right on a table or a view. What it does not see looks to it as if it did not exist. */
    boolean sees(TableName name);

    /** Whether it has any right on something in a namespace, or below it. */
    boolean seesNamespace(String catalog, String namespace);

    boolean seesCatalog(String catalog);

    /** Whether it may read the files of a folder of {@code external.locations}. */
    boolean readsFolder(String path);

    /**
     * The error for a missing right.
     *
     * @param oneOf the rights of which one is needed
     */
    NeriumException refusal(Securable on, Right... oneOf);

    /** Fails with 403 unless it has a right on a table or a view. */
    default void require(Right right, TableName name) {
        if (!has(right, name)) {
            throw refusal(Securable.Tables.of(name), right);
        }
    }

    /** Fails with 403 unless it has a right on all that is in a namespace. */
    default void requireOnAllOf(Right right, String catalog, String namespace) {
        if (!hasOnAllOf(right, catalog, namespace)) {
            throw refusal(Securable.Tables.within(catalog, namespace), right);
        }
    }
}
