package dev.nerium.server;

import dev.nerium.audit.Actor;
import dev.nerium.audit.Audit;
import dev.nerium.audit.AuditAction;
import dev.nerium.audit.AuditChange;
import dev.nerium.auth.Groups;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Keys;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * The admin key that a home without keys gets. It is on the disk before it counts, so that a server that is killed meanwhile
 * does not leave a key that nobody has.
 *
 * @param file which only the server's account can read
 */
public record FirstKey(String text, Path file) {
    private static final String NAME = "admin";

    static Optional<FirstKey> make(Keys keys, Path home, Audit audit) {
        if (!keys.list().isEmpty()) {
            return Optional.empty();
        }
        Path file = home.resolve("first-key");
        NewKey key = audit.record(
                new AuditChange(Actor.SERVER, AuditAction.KEY_CREATE, NAME),
                () -> keys.create(
                        NAME,
                        new Rights(Scope.ADMIN, Groups.NONE),
                        Optional.empty(),
                        made -> write(file, made.text())));
        return Optional.of(new FirstKey(key.text(), file));
    }

    private static void write(Path file, String text) {
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("The first key can't be written to " + file, e);
        }
    }

    @Override
    public String toString() {
        return "FirstKey[file=" + file + "]";
    }
}
