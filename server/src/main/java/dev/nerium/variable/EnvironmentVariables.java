package dev.nerium.variable;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.store.StateStore;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** The environment variables of a server's users. Thread-safe. */
public final class EnvironmentVariables {
    private static final String NAME = "[A-Za-z_][A-Za-z0-9_]{0,254}";
    private static final int MAX_VALUE_BYTES = 32 * 1024;
    private static final int MAX_VARIABLES = 1000;
    private static final int LONGEST_SHOWN = 60;

    private final StateStore store;
    private final ValueCipher cipher;
    private final Clock clock;

    private EnvironmentVariables(StateStore store, ValueCipher cipher, Clock clock) {
        this.store = store;
        this.cipher = cipher;
        this.clock = clock;
    }

    /** Opens them, and creates the file with the key if it does not exist. */
    public static EnvironmentVariables open(StateStore store, NeriumConfig config, Clock clock) {
        return new EnvironmentVariables(store, ValueCipher.open(config), clock);
    }

    /** All of them, by name. */
    public List<EnvironmentVariable> list() {
        return store
                .with(handle -> handle.createQuery("select * from environment_variable order by name")
                        .map((row, context) -> Stored.of(row))
                        .list())
                .stream()
                .map(this::decrypt)
                .toList();
    }

    public EnvironmentVariable find(String id) {
        return store.with(handle -> stored(handle, "id", id)).map(this::decrypt).orElseThrow(() -> unknown(id));
    }

    /** The name of a variable. */
    public String name(String id) {
        return store.with(handle -> stored(handle, "id", id)).map(Stored::name).orElseThrow(() -> unknown(id));
    }

    /**
     * Creates a variable, or replaces the value of the one with that name.
     *
     * @param name in any case; it is stored in upper case
     * @param readers whose scripts may use it; if empty, those of the variable stay, and a new one has none but admins
     * @param key id of the key that asks for it
     */
    public EnvironmentVariable set(String name, String value, Optional<Readers> readers, String key) {
        String upper = requireName("name", name);
        requireValue(value);
        long now = clock.millis();
        Stored stored = store.inTransaction(handle -> {
            Optional<Stored> known = stored(handle, "name", upper);
            String id = known.map(Stored::id).orElseGet(() -> UUID.randomUUID().toString());
            String encrypted = cipher.encrypt(value, owner(id, upper));
            if (known.isPresent()) {
                handle.execute(
                        "update environment_variable set value = ?, key_print = ?, readers = ?, updated_at = ? where id = ?",
                        encrypted,
                        cipher.print(),
                        readers.orElse(known.get().readers()).text(),
                        now,
                        id);
            } else {
                requireRoom(handle);
                handle.execute(
                        "insert into environment_variable (id, name, value, key_print, readers, created_by, created_at, updated_at)"
                                + " values (?, ?, ?, ?, ?, ?, ?, ?)",
                        id,
                        upper,
                        encrypted,
                        cipher.print(),
                        readers.orElse(Readers.ADMINS).text(),
                        key,
                        now,
                        now);
            }
            return stored(handle, "id", id).orElseThrow();
        });
        return decrypt(stored);
    }

    /**
     * Changes a variable.
     *
     * @param value empty to keep it
     * @param readers empty to keep them
     */
    public EnvironmentVariable change(String id, Optional<String> value, Optional<Readers> readers) {
        value.ifPresent(EnvironmentVariables::requireValue);
        Stored changed = store.inTransaction(handle -> {
            Stored known = stored(handle, "id", id).orElseThrow(() -> unknown(id));
            handle.execute(
                    "update environment_variable set value = ?, key_print = ?, readers = ?, updated_at = ? where id = ?",
                    value.map(text -> cipher.encrypt(text, owner(id, known.name())))
                            .orElse(known.value()),
                    value.isPresent() ? cipher.print() : known.keyPrint(),
                    readers.orElse(known.readers()).text(),
                    clock.millis(),
                    id);
            return stored(handle, "id", id).orElseThrow();
        });
        return decrypt(changed);
    }

    /** Fails unless the scripts of a key may use all of these variables. */
    public void requireUsable(Principal principal, List<String> names) {
        var _ = usable(principal, names);
    }

    /**
     * The values of variables for a script. Fails unless the scripts of the key may use all of them.
     *
     * @param names in upper case
     */
    public ScriptSecrets open(Principal principal, List<String> names) {
        Map<String, byte[]> values = new LinkedHashMap<>();
        usable(principal, names).forEach((name, stored) -> values.put(name, decryptBytes(stored)));
        return new ScriptSecrets(values);
    }

    private Map<String, Stored> usable(Principal principal, List<String> names) {
        if (names.isEmpty()) {
            return Map.of();
        }
        Map<String, Stored> known = store
                .with(handle -> handle.createQuery("select * from environment_variable where name in (<names>)")
                        .bindList("names", names)
                        .map((row, context) -> Stored.of(row))
                        .list())
                .stream()
                .collect(Collectors.toMap(Stored::name, Function.identity()));
        Map<String, Stored> usable = new LinkedHashMap<>();
        for (String name : names) {
            Stored stored = known.get(name);
            if (stored == null || !stored.readers().include(principal)) {
                throw refusal(principal, name);
            }
            usable.put(name, stored);
        }
        return usable;
    }

    /** A key without the right gets the same for a variable that does not exist. */
    private static NeriumException refusal(Principal principal, String name) {
        if (principal.scope().includes(Scope.ADMIN)) {
            return NeriumException.invalid(
                    "env has '%s', but there is no environment variable with this name: set it first."
                            .formatted(PlainText.of(name, LONGEST_SHOWN)));
        }
        return new NeriumException(
                ErrorCode.FORBIDDEN,
                "env has '%s', which the key '%s' may not use, or which does not exist: an admin can add the key, or one of its groups, to the readers of the variable."
                        .formatted(PlainText.of(name, LONGEST_SHOWN), principal.name()));
    }

    public void delete(String id) {
        int deleted = store.change(handle -> handle.execute("delete from environment_variable where id = ?", id));
        if (deleted == 0) {
            throw unknown(id);
        }
    }

    /**
     * The name as it is stored, if it can be that of a variable.
     *
     * @param field that has it, for the message
     */
    public static String requireName(String field, String name) {
        if (!name.matches(NAME)) {
            throw NeriumException.invalid(
                    "%s is '%s': expected 1 to 255 letters, digits and underscores, the first of which is not a digit."
                            .formatted(field, PlainText.of(name, LONGEST_SHOWN)));
        }
        return name.toUpperCase(Locale.ROOT);
    }

    /** Messages must not quote the value. */
    private static void requireValue(String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MAX_VALUE_BYTES) {
            throw NeriumException.invalid("value has %d bytes: expected at most %d.".formatted(bytes, MAX_VALUE_BYTES));
        }
        if (value.isBlank() || value.indexOf('\0') >= 0) {
            throw NeriumException.invalid("value is empty or has a null character: expected a text.");
        }
    }

    private static void requireRoom(Handle handle) {
        int count = handle.createQuery("select count(*) from environment_variable")
                .mapTo(Integer.class)
                .one();
        if (count >= MAX_VARIABLES) {
            throw NeriumException.invalid(
                    "There are %d environment variables, which is the limit: delete one first.".formatted(count));
        }
    }

    private EnvironmentVariable decrypt(Stored stored) {
        return new EnvironmentVariable(
                stored.id(),
                stored.name(),
                new String(decryptBytes(stored), StandardCharsets.UTF_8),
                stored.readers(),
                stored.createdBy(),
                stored.createdAt(),
                stored.updatedAt());
    }

    private byte[] decryptBytes(Stored stored) {
        try {
            return cipher.decrypt(stored.value(), owner(stored.id(), stored.name()));
        } catch (GeneralSecurityException e) {
            String reason = stored.keyPrint().equals(cipher.print())
                    ? "its row was changed"
                    : "it was encrypted with another key (%s, this server has %s)"
                            .formatted(stored.keyPrint(), cipher.print());
            throw new NeriumException(
                    ErrorCode.INTERNAL_ERROR,
                    "The value of the environment variable %s can't be decrypted: %s. Restore the file of the key"
                                    .formatted(stored.name(), reason)
                            + " (store.encryption-key-file), or set the variable again.");
        }
    }

    private static String owner(String id, String name) {
        return id + "/" + name;
    }

    private static Optional<Stored> stored(Handle handle, String column, String value) {
        return handle.createQuery("select * from environment_variable where " + column + " = ?")
                .bind(0, value)
                .map((row, context) -> Stored.of(row))
                .findFirst();
    }

    private static NeriumException unknown(String id) {
        return new NeriumException(
                ErrorCode.VARIABLE_NOT_FOUND,
                "There is no environment variable with the id '" + PlainText.of(id, LONGEST_SHOWN) + "'.");
    }

    /** A row of the database. */
    private record Stored(
            String id,
            String name,
            String value,
            String keyPrint,
            Readers readers,
            String createdBy,
            Instant createdAt,
            Instant updatedAt) {
        static Stored of(ResultSet row) throws SQLException {
            return new Stored(
                    row.getString("id"),
                    row.getString("name"),
                    row.getString("value"),
                    row.getString("key_print"),
                    Readers.parse(row.getString("readers")),
                    row.getString("created_by"),
                    Instant.ofEpochMilli(row.getLong("created_at")),
                    Instant.ofEpochMilli(row.getLong("updated_at")));
        }
    }
}
