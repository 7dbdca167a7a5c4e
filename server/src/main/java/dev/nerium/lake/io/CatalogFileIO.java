package dev.nerium.lake.io;

import dev.nerium.lake.storage.HashedName;
import dev.nerium.lake.storage.ObjectStores;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.iceberg.io.FileInfo;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.io.StorageCredential;
import org.apache.iceberg.io.SupportsStorageCredentials;

/** Files of a catalog, on this machine and in object stores, all in the catalog's folders. Thread-safe. */
public final class CatalogFileIO implements TableFileIO, SupportsStorageCredentials {
    private static final long serialVersionUID = 1;

    private final LocalFileIO files;
    private final transient AllowedPrefixes folders;
    private final transient ObjectStores shared;
    private transient volatile ObjectStores stores;

    public CatalogFileIO(LocalFileIO files, AllowedPrefixes folders, ObjectStores stores) {
        this(files, folders, stores, stores);
    }

    private CatalogFileIO(LocalFileIO files, AllowedPrefixes folders, ObjectStores shared, ObjectStores stores) {
        this.files = files;
        this.folders = folders;
        this.shared = shared;
        this.stores = stores;
    }

    /** The same files, with what a catalog vends for one of its tables. */
    public CatalogFileIO with(Map<String, String> vended) {
        return new CatalogFileIO(files, folders, shared, stores.with(vended));
    }

    @Override
    public boolean isObject(String location) {
        return AllowedPrefixes.isObject(location);
    }

    @Override
    public Path local(String location) {
        if (!isObject(location)) {
            return files.local(location);
        }
        folders.require(location);
        return Path.of("/objects", HashedName.of(location));
    }

    @Override
    public InputFile newInputFile(String location) {
        return isObject(location) ? stores.input(allowed(location)) : files.newInputFile(location);
    }

    @Override
    public InputFile newInputFile(String location, long length) {
        return isObject(location) ? stores.input(allowed(location), length) : files.newInputFile(location);
    }

    @Override
    public OutputFile newOutputFile(String location) {
        return isObject(location) ? stores.output(allowed(location)) : files.newOutputFile(location);
    }

    @Override
    public void deleteFile(String location) {
        if (isObject(location)) {
            stores.delete(allowed(location));
        } else {
            files.deleteFile(location);
        }
    }

    @Override
    public List<FileInfo> list(String location) {
        return stores.list(allowed(location));
    }

    @Override
    public Optional<StorageCredentials> vended(String location) {
        return isObject(location) ? StorageCredentials.of(stores.settings(allowed(location))) : Optional.empty();
    }

    @Override
    public void adopt(Path staged, String location) throws IOException {
        if (isObject(location)) {
            stores.upload(Map.of(staged, allowed(location)));
        } else {
            files.adopt(staged, location);
        }
    }

    @Override
    public void adopt(Map<Path, String> staged) throws IOException {
        Map<Path, String> objects = new LinkedHashMap<>();
        for (Map.Entry<Path, String> file : staged.entrySet()) {
            if (isObject(file.getValue())) {
                objects.put(file.getKey(), allowed(file.getValue()));
            } else {
                files.adopt(file.getKey(), file.getValue());
            }
        }
        stores.upload(objects);
    }

    private String allowed(String location) {
        folders.require(location);
        return location;
    }

    @Override
    public void setCredentials(List<StorageCredential> credentials) {
        stores = stores.with(credentials);
    }

    @Override
    public List<StorageCredential> credentials() {
        return stores.credentials();
    }

    /** Closes what is one table's own. */
    @Override
    public void close() {
        if (stores != shared) {
            stores.close();
        }
    }

    /** Closes what all tables of the catalog share. */
    public void closeShared() {
        shared.close();
    }
}
