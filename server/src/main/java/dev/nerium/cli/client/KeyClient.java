package dev.nerium.cli.client;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Key.Rights;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The keys of a server: in its home, or over HTTP. */
public interface KeyClient extends AutoCloseable {
    /** The text of the new key. */
    String create(String name, Rights rights, Optional<Duration> lifetime);

    /** The keys that are not revoked, oldest first. */
    List<Key> list();

    /** The new text of the key. */
    String rotate(String key, Duration grace);

    /** Replaces the groups of a key. */
    void setGroups(String key, Groups groups);

    void revoke(String key);

    @Override
    void close();
}
