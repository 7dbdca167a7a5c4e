package dev.nerium.lake.maintenance;

import dev.nerium.lake.io.TableFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes files in a table's folders that its metadata does not refer to: what failed or killed writers left. Iceberg's
 * library has no such action outside of Spark. Links are neither followed nor removed.
 */
final class OrphanFileRemoval extends SimpleFileVisitor<Path> {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanFileRemoval.class);

    private final OrphanOptions order;
    private final Set<Path> reachable;
    private final Consumer<String> deletion;
    private final FileCounter removed = new FileCounter();
    private final FileCounter recent = new FileCounter();
    private final FileCounter failed = new FileCounter();

    private OrphanFileRemoval(OrphanOptions order, Set<Path> reachable, Consumer<String> deletion) {
        this.order = order;
        this.deletion = deletion;
        this.reachable = reachable;
    }

    /**
     * The caller keeps other commits of this server away.
     *
     * @param reachable real paths of all files that the table has
     * @param deletion of one file
     */
    static OrphanReport run(TableFolders folders, Set<Path> reachable, OrphanOptions order, Consumer<String> deletion) {
        OrphanFileRemoval removal = new OrphanFileRemoval(order, reachable, deletion);
        folders.roots().forEach(removal::walk);
        return new OrphanReport(
                order.effect(),
                removal.removed.list(),
                removal.recent.list(),
                removal.failed.list(),
                reachable.size(),
                List.of());
    }

    private void walk(Path root) {
        if (!Files.isDirectory(root)) {
            return;
        }
        try {
            Files.walkFileTree(root, this);
        } catch (IOException e) {
            throw new UncheckedIOException("The table's folder " + root + " can't be listed", e);
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return hidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        if (attributes.isRegularFile() && !hidden(file) && !reachable.contains(file)) {
            if (attributes.lastModifiedTime().toInstant().isBefore(order.olderThan())) {
                remove(file, attributes.size());
            } else {
                recent.add(file.toString(), attributes.size());
            }
        }
        return FileVisitResult.CONTINUE;
    }

    private void remove(Path file, long bytes) {
        try {
            if (order.effect() == MaintenanceMode.REAL) {
                deletion.accept(file.toString());
            }
            removed.add(file.toString(), bytes);
        } catch (RuntimeException e) {
            LOG.warn("The orphan {} can't be deleted", file, e);
            failed.add(file.toString(), bytes);
        }
    }

    /** Names that other engines, too, keep for their own: a partition's folder, {@code _day=1}, is none of them. */
    private static boolean hidden(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.startsWith(".") || (name.startsWith("_") && !name.contains("="));
    }
}
