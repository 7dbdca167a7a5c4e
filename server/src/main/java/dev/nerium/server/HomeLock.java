package dev.nerium.server;

import dev.nerium.config.ConfigException;
import dev.nerium.error.IoReason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second server out of a home. The kernel lets go of the lock when the process ends, however it ends. */
record HomeLock(FileChannel channel) implements AutoCloseable {

    static HomeLock take(Path home) throws IOException {
        FileChannel channel = open(home);
        try {
            if (channel.tryLock() != null) {
                return new HomeLock(channel);
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw inUse(home);
        }
        channel.close();
        throw inUse(home);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FileChannel open(Path home) {
        try {
            Files.createDirectories(home);
            return FileChannel.open(home.resolve("server.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new ConfigException("The home " + home + " can't be used (" + IoReason.of(e)
                    + "): set --home to a folder that this account can write to.");
        }
    }

    private static ConfigException inUse(Path home) {
        return new ConfigException(
                "Another server runs with the home " + home + ": stop it, or choose another --home.");
    }
}
