package dev.nerium.run;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.store.StateStore;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/**
 * The run of each idempotency key. A key belongs to the API key that sent it, and to the body that it was first sent
 * with. Thread-safe, also between servers on one database.
 */
public final class IdempotencyKeys {
    private final StateStore store;
    private final Duration memory;
    private final Clock clock;

    /** @param memory how long a key is remembered */
    public IdempotencyKeys(StateStore store, Duration memory, Clock clock) {
        this.store = store;
        this.memory = memory;
        this.clock = clock;
    }

    /** @param isNew whether the key was free, so that the run is the one that claimed it */
    public record Claim(UUID run, boolean isNew) {}

    /**
     * Takes the key for a run.
     *
     * @param run a new one
     * @return the run that the key stands for: the new one, or the one that was sent first
     */
    public Claim claim(String keyId, String key, byte[] body, UUID run) {
        String hash = Sha256.hex(body);
        return store.inTransaction(handle -> {
            handle.execute("delete from idempotency_key where created_at < ?", clock.millis() - memory.toMillis());
            int inserted = handle.execute(
                    "insert into idempotency_key (key_id, idempotency_key, body_hash, run_id, created_at)"
                            + " values (?, ?, ?, ?, ?) on conflict (key_id, idempotency_key) do nothing",
                    keyId,
                    key,
                    hash,
                    run.toString(),
                    clock.millis());
            StoredClaim stored = handle.createQuery(
                            "select body_hash, run_id from idempotency_key where key_id = ? and idempotency_key = ?")
                    .bind(0, keyId)
                    .bind(1, key)
                    .map((row, context) -> new StoredClaim(row.getString(1), UUID.fromString(row.getString(2))))
                    .one();
            if (!stored.hash().equals(hash)) {
                throw new NeriumException(
                        ErrorCode.IDEMPOTENCY_CONFLICT,
                        "The Idempotency-Key '" + key + "' was sent before with another body, as the run "
                                + stored.run() + ": use a new key for another request.");
            }
            return new Claim(stored.run(), inserted > 0);
        });
    }

    /**
     * Takes the key from a run that wrote nothing, for a run that repeats its work.
     *
     * @return whether the key was taken; false if another request was faster
     */
    public boolean replace(String keyId, String key, UUID lost, UUID run) {
        return store.change(handle -> handle.execute(
                        "update idempotency_key set run_id = ?, created_at = ?"
                                + " where key_id = ? and idempotency_key = ? and run_id = ?",
                        run.toString(),
                        clock.millis(),
                        keyId,
                        key,
                        lost.toString()))
                > 0;
    }

    /** Forgets the key of a run that never began, so that it may be tried again. */
    public void release(String keyId, String key, UUID run) {
        store.change(handle -> handle.execute(
                "delete from idempotency_key where key_id = ? and idempotency_key = ? and run_id = ?",
                keyId,
                key,
                run.toString()));
    }

    private record StoredClaim(String hash, UUID run) {}
}
