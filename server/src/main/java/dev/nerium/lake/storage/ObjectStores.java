package dev.nerium.lake.storage;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.apache.iceberg.CatalogUtil;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.StorageCredential;
import org.apache.iceberg.io.SupportsPrefixOperations;

/** The object stores of one catalog, by Iceberg's own clients, each made when it is first needed. Thread-safe. */
public final class ObjectStores implements AutoCloseable {
    private static final int MOST_UPLOADS = 8;

    /** Suffix of manifest lists and manifests. */
    private static final String AVRO = ".avro";

    /** Client classes of Iceberg's modules; the jars of all but the first must be in the folder of plugins. */
    private static final Map<String, String> CLIENTS = Map.ofEntries(
            Map.entry("s3", "org.apache.iceberg.aws.s3.S3FileIO"),
            Map.entry("s3a", "org.apache.iceberg.aws.s3.S3FileIO"),
            Map.entry("s3n", "org.apache.iceberg.aws.s3.S3FileIO"),
            Map.entry("gs", "org.apache.iceberg.gcp.gcs.GCSFileIO"),
            Map.entry("abfs", "org.apache.iceberg.azure.adlsv2.ADLSFileIO"),
            Map.entry("abfss", "org.apache.iceberg.azure.adlsv2.ADLSFileIO"),
            Map.entry("wasb", "org.apache.iceberg.azure.adlsv2.ADLSFileIO"),
            Map.entry("wasbs", "org.apache.iceberg.azure.adlsv2.ADLSFileIO"));

    /** The properties that a catalog may set for the store of a table: addresses and keys, and no classes. */
    private static final Pattern VENDED = Pattern.compile("(s3|client|gcs|adls)\\.(?!.*(impl|factory|class)).*");

    private final Map<String, String> properties;
    private final ClassLoader loader;
    private final Semaphore uploads;
    private final Map<String, FileIO> clients = new ConcurrentHashMap<>();
    private final List<StorageCredential> credentials;

    /**
     * @param properties properties for Iceberg's clients
     * @param loader class loader of clients that are not part of the server
     */
    public ObjectStores(Map<String, String> properties, ClassLoader loader) {
        this(properties, List.of(), loader, new Semaphore(MOST_UPLOADS));
    }

    private ObjectStores(
            Map<String, String> properties,
            List<StorageCredential> credentials,
            ClassLoader loader,
            Semaphore uploads) {
        this.properties = Map.copyOf(properties);
        this.credentials = List.copyOf(credentials);
        this.loader = loader;
        this.uploads = uploads;
    }

    /** The same stores with the properties that the catalog vends for a table; these stores themselves if it vends none. */
    public ObjectStores with(Map<String, String> vended) {
        Map<String, String> all = new HashMap<>(properties);
        vended.forEach((key, value) -> {
            if (VENDED.matcher(key).matches()) {
                all.put(key, value);
            }
        });
        return all.equals(properties) ? this : new ObjectStores(all, credentials, loader, uploads);
    }

    /** Likewise, with keys for prefixes. */
    public ObjectStores with(List<StorageCredential> vended) {
        return vended.equals(credentials) ? this : new ObjectStores(properties, vended, loader, uploads);
    }

    public List<StorageCredential> credentials() {
        return credentials;
    }

    /** An object of unknown length. */
    public InputFile input(String location) {
        FileIO client = client(location);
        InputFile object = new ObjectInputFile(
                StorageErrors.whileReading(location, () -> client.newInputFile(location)), location);
        return location.endsWith(AVRO) ? new SmallObjectInputFile(object) : object;
    }

    /** An object whose length is in the table's metadata, so that no request for it is necessary. */
    public InputFile input(String location, long length) {
        FileIO client = client(location);
        return new ObjectInputFile(
                StorageErrors.whileReading(location, () -> client.newInputFile(location, length)), location);
    }

    public OutputFile output(String location) {
        FileIO client = client(location);
        return new ObjectOutputFile(
                StorageErrors.whileReading(location, () -> client.newOutputFile(location)), location);
    }

    /** The objects below a location. */
    public List<FileInfo> list(String location) {
        return StorageErrors.whileReading(location, () -> {
            List<FileInfo> found = new ArrayList<>();
            ((SupportsPrefixOperations) client(location)).listPrefix(location).forEach(found::add);
            return found;
        });
    }

    /** The properties of the client for a location, including the vended keys. */
    public Map<String, String> settings(String location) {
        Map<String, String> settings = new HashMap<>(properties);
        credentials.stream()
                .filter(credential -> location.startsWith(credential.prefix()))
                .max(Comparator.comparingInt(credential -> credential.prefix().length()))
                .ifPresent(credential -> settings.putAll(credential.config()));
        return settings;
    }

    public void delete(String location) {
        try {
            client(location).deleteFile(location);
        } catch (RuntimeException e) {
            throw StorageErrors.deleting(location, e);
        }
    }

    /** Makes objects of files, several at once; they are gone from where they were. */
    public void upload(Map<Path, String> staged) {
        List<Future<?>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            staged.forEach((file, location) -> ends.add(threads.submit(() -> upload(file, location))));
        }
        ends.forEach(ObjectStores::await);
    }

    private void upload(Path file, String location) {
        uploads.acquireUninterruptibly();
        try (var out = output(location).createOrOverwrite()) {
            Files.copy(file, out);
        } catch (IOException e) {
            throw StorageErrors.writing(location, e);
        } finally {
            uploads.release();
        }
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException("The staged file " + file + " can't be removed", e);
        }
    }

    private static void await(Future<?> end) {
        try {
            end.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while objects were written", e);
        }
    }

    private FileIO client(String location) {
        String scheme = location.substring(0, location.indexOf("://")).toLowerCase(Locale.ROOT);
        String client = CLIENTS.get(scheme);
        if (client == null) {
            throw new NeriumException(
                    ErrorCode.UNSUPPORTED_TABLE,
                    "The location " + location + " is in an unknown kind of store: expected one of "
                            + String.join(
                                    ", ", CLIENTS.keySet().stream().sorted().toList()) + ", or a path.");
        }
        return clients.computeIfAbsent(client, unseen -> load(client, scheme));
    }

    private FileIO load(String client, String scheme) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader);
        try {
            return CatalogUtil.loadFileIO(client, properties, null, credentials);
        } catch (IllegalArgumentException | LinkageError e) {
            throw new NeriumException(
                    ErrorCode.STORAGE_ERROR,
                    "Iceberg's client of %s:// can't be loaded: copy the jars of its module (%s) and of its dependencies to HOME/plugins."
                            .formatted(scheme, client),
                    String.valueOf(e.getMessage()),
                    e);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Override
    public void close() {
        clients.values().forEach(FileIO::close);
    }
}
