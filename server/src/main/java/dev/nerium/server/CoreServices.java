package dev.nerium.server;

import dev.nerium.auth.Keys;
import dev.nerium.config.NeriumConfig;
import dev.nerium.grant.Grants;
import dev.nerium.lake.Lake;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.files.FileLocations;
import dev.nerium.lake.name.TableName;
import dev.nerium.run.Run;
import dev.nerium.run.Runs;
import dev.nerium.run.ServerRegistry;
import dev.nerium.store.StateStore;
import java.io.IOException;
import java.time.Clock;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** The state of the server and the lake: what all other services use. */
record CoreServices(
        StateStore store,
        Keys keys,
        Grants grants,
        FileLocations locations,
        Runs runs,
        Lake lake,
        BufferAllocator memory,
        StartingSandbox sandbox,
        Clock clock) {
    private static final long ARROW_BYTES = 1L << 30;

    static CoreServices start(NeriumConfig config, Clock clock, CloseableStack open) throws IOException {
        open.add(HomeLock.take(config.home()));
        HomePlace place = HomePlace.settle(config.home());
        String server = ServerRegistry.id(config.home());
        BufferAllocator memory = open.add(new RootAllocator(ARROW_BYTES));
        // Early: the first run of the server needs a worker, which starts in other processes.
        StartingSandbox sandbox = open.add(StartingSandbox.start(config, server, memory));
        StateStore store = open.add(StateStore.open(config.store(), config.home()));
        Runs runs = open.add(new Runs(store, server, clock));
        if (config.store().url().isEmpty()) {
            // The home was copied together with the store: the original executes these runs itself.
            place.original().ifPresent(original -> runs.abortOf(original.server(), clock.instant()));
        }
        Lake lake = open.add(new Lake(config.lake(), config.catalogs(), place.relocation()));
        Keys keys = Keys.of(store, config, clock);
        FileLocations locations = new FileLocations(config.external(), config.home());
        Grants grants = new Grants(store, keys, locations::has, config, clock);
        return new CoreServices(store, keys, grants, locations, runs, lake, memory, sandbox, clock);
    }

    /** Whether the key of a run may read a table. */
    boolean mayRead(Run run, TableName table) {
        return !grants.enforced()
                || keys.principal(run.owner().keyId())
                        .filter(owner -> grants.of(owner).has(Right.READ, table))
                        .isPresent();
    }
}
