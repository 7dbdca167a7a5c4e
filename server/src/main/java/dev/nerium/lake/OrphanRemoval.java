package dev.nerium.lake;

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
final class OrphanRemoval extends SimpleFileVisitor<Path> {
    private static final Logger LOG = LoggerFactory.getLogger(OrphanRemoval.class);

    private final OrphanOrder order;
    private final Set<Path> reachable;
    private final Consumer<String> deletion;
    private final FileTally removed = new FileTally();
    private final FileTally recent = new FileTally();
    private final FileTally failed = new FileTally();

    private OrphanRemoval(OrphanOrder order, Set<Path> reachable, Consumer<String> deletion) {
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
    static OrphanReport run(TableFolders folders, Set<Path> reachable, OrphanOrder order, Consumer<String> deletion) {
        OrphanRemoval removal = new OrphanRemoval(order, reachable, deletion);
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
            if (order.effect() == Effect.REAL) {
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
