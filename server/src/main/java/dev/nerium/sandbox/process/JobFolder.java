package dev.nerium.sandbox.process;

import dev.nerium.lake.io.MissingFile;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.sandbox.protocol.ProtocolException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The two folders that a worker sees: {@code data}, where the files of its job are hard-linked and which it can't write, and
 * {@code out}, which is its own. Thread-safe.
 */
public final class JobFolder {
    /** Below {@code out}, what is for a table. */
    static final String FILES = "files/";

    private final Path folder;
    private final OptionalInt owner;
    private final Map<Path, String> exposed = new ConcurrentHashMap<>();
    private final AtomicInteger next = new AtomicInteger();
    private final KeptLinks kept;
    private volatile Optional<FileTransfer> carrier = Optional.empty();

    private JobFolder(Path folder, OptionalInt owner) {
        this.folder = folder;
        this.owner = owner;
        this.kept = new KeptLinks(data());
    }

    /** @param owner the account of the worker, where it is not the server's own */
    public static JobFolder create(Path folder, OptionalInt owner) throws IOException {
        Files.createDirectories(folder.resolve("data"));
        Files.createDirectories(folder.resolve("out").resolve("files"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Files.setPosixFilePermissions(folder.resolve("data"), PosixFilePermissions.fromString("rwxr-xr-x"));
        for (Path own : List.of(folder.resolve("out"), folder.resolve("out").resolve("files"))) {
            Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwx------"));
            if (owner.isPresent()) {
                Files.setAttribute(own, "unix:uid", owner.getAsInt());
                Files.setAttribute(own, "unix:gid", owner.getAsInt());
            }
        }
        return new JobFolder(folder, owner);
    }

    /** Files go to the worker, and come from it, by this from now on. */
    public void useTransfer(FileTransfer other) {
        carrier = Optional.of(other);
    }

    /** Whether the worker sees this machine's files. */
    boolean isLocal() {
        return carrier.isEmpty();
    }

    public Path data() {
        return folder.resolve("data");
    }

    /** The folder of gVisor's bundle, which neither the worker nor the next job sees. */
    public Path bundle() {
        return folder.resolve("bundle");
    }

    public Path out() {
        return folder.resolve("out");
    }

    /** Links a file into the worker's view; returns its name there. */
    String expose(Path file) {
        return exposed.computeIfAbsent(file, path -> {
            String name = newName();
            link(path, data().resolve(name));
            upload(name);
            return name;
        });
    }

    /** Does the same with a file that later jobs may read under this name, for which small local files stay linked. */
    String keep(Path file) {
        return isLocal() ? kept.link(file, this::newName).orElseGet(() -> expose(file)) : expose(file);
    }

    private String newName() {
        return next.getAndIncrement() + ".parquet";
    }

    /** Moves an uploaded file into the worker's view; returns its name there. */
    String adopt(Path upload) throws IOException {
        Files.setPosixFilePermissions(upload, PosixFilePermissions.fromString("rw-r--r--"));
        String name = "upload-" + next.getAndIncrement();
        Files.move(upload, data().resolve(name));
        upload(name);
        return name;
    }

    private void upload(String name) {
        try {
            if (carrier.isPresent()) {
                carrier.get().upload(name, data().resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + name + " can't be linked for the worker", e);
        }
    }

    /**
     * Brings a file that the worker left here, where it has to be brought.
     *
     * @return its size
     */
    long fetch(String name, long most) throws IOException {
        requireName(name.startsWith(FILES) ? name.substring(FILES.length()) : name);
        Path target = out().resolve(name);
        if (carrier.isPresent()) {
            carrier.get().download(name, target, most);
        }
        return Files.size(target);
    }

    /** A file that the worker left in {@code out}, once nothing of the worker lives that could change it. */
    Path collect(String name) throws IOException {
        return collect(out(), name);
    }

    /**
     * The Parquet files that it left for a table.
     *
     * @param partitions of each file, by its name
     */
    List<StagedFile> claimFiles(Map<String, String> partitions) throws IOException {
        List<StagedFile> files = new ArrayList<>();
        for (Map.Entry<String, String> file : partitions.entrySet()) {
            files.add(new StagedFile(collect(out().resolve("files"), file.getKey()), file.getValue()));
        }
        return files;
    }

    private Path collect(Path parent, String name) throws IOException {
        requireName(name);
        Path file = parent.resolve(name);
        if (!Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)
                || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || (int) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS) != 1) {
            throw new ProtocolException("the name of a file that is not an ordinary file of its own");
        }
        if (owner.isPresent()) {
            for (String self : List.of("unix:uid", "unix:gid")) {
                Files.setAttribute(file, self, Files.getAttribute(folder, self), LinkOption.NOFOLLOW_LINKS);
            }
        }
        // Workers under an account of their own read it by a link, when it is a table's. The lake's folder is closed to
        // them.
        Files.setPosixFilePermissions(
                file, PosixFilePermissions.fromString(owner.isPresent() ? "rw-r--r--" : "rw-r-----"));
        return file;
    }

    private static void requireName(String name) throws ProtocolException {
        if (!name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}")) {
            throw new ProtocolException("a file name that is not allowed");
        }
    }

    /** Empties both folders for the next job, except for the links that are kept. */
    void clear() throws IOException {
        exposed.clear();
        Set<String> names = kept.trim();
        for (Path file : list(data())) {
            if (!names.contains(String.valueOf(file.getFileName()))) {
                SafeDelete.remove(file);
            }
        }
        for (Path file : list(out())) {
            if (!file.equals(out().resolve("files"))) {
                SafeDelete.remove(file);
            }
        }
        empty(out().resolve("files"));
    }

    public void delete() throws IOException {
        SafeDelete.remove(folder);
    }

    private static void link(Path file, Path link) {
        try {
            Files.createLink(link, file);
        } catch (IOException e) {
            copy(file, link);
        }
    }

    /** On another file system than the home there are no hard links. */
    private static void copy(Path file, Path target) {
        try {
            Files.copy(file, target);
        } catch (IOException e) {
            if (Files.notExists(file)) {
                throw MissingFile.because(file.toString(), e);
            }
            throw new UncheckedIOException("The data file " + file + " can't be read", e);
        }
    }

    private static void empty(Path folder) throws IOException {
        for (Path file : list(folder)) {
            SafeDelete.remove(file);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
