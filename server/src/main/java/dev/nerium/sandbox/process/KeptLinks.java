package dev.nerium.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The hard links that stay in a worker's view between its jobs. The worker knows a file again by its name: a name always
 * has the same content. Between jobs the number of links and the bytes of their files are limited.
 */
final class KeptLinks {
    private static final int MAX_FILES = 64;
    private static final long MAX_BYTES = 64L << 20;

    private record Content(Object inode, long bytes, FileTime modified) {}

    private record Link(String name, Content content) {}

    private final Path folder;

    /** By the linked file, the least recently used first. */
    private final Map<Path, Link> links = new LinkedHashMap<>(16, 0.75f, true);

    private boolean grown;

    KeptLinks(Path folder) {
        this.folder = folder;
    }

    /**
     * The name of a link to the file; empty if there is none and the file can't be linked, or is too large.
     *
     * @param newName a name that was never used
     */
    synchronized Optional<String> link(Path file, Supplier<String> newName) {
        Content content;
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            content = new Content(String.valueOf(found.fileKey()), found.size(), found.lastModifiedTime());
        } catch (IOException e) {
            return Optional.empty();
        }
        Link known = links.get(file);
        if (known != null && known.content().equals(content)) {
            return Optional.of(known.name());
        }
        return content.bytes() > MAX_BYTES ? Optional.empty() : link(file, newName.get(), content);
    }

    private Optional<String> link(Path file, String name, Content content) {
        try {
            Files.createLink(folder.resolve(name), file);
        } catch (IOException e) {
            return Optional.empty();
        }
        grown = true;
        links.put(file, new Link(name, content));
        return Optional.of(name);
    }

    /** Forgets the links that are over the limits, or whose file was removed or replaced; the rest stays. */
    synchronized Set<String> trim() {
        if (grown) {
            links.keySet().removeIf(file -> Files.notExists(file, LinkOption.NOFOLLOW_LINKS));
            long bytes = links.values().stream()
                    .mapToLong(link -> link.content().bytes())
                    .sum();
            for (Iterator<Link> each = links.values().iterator(); links.size() > MAX_FILES || bytes > MAX_BYTES; ) {
                bytes -= each.next().content().bytes();
                each.remove();
            }
            grown = false;
        }
        Set<String> names = new HashSet<>();
        links.values().forEach(link -> names.add(link.name()));
        return names;
    }
}
