package dev.nerium.lake.catalog;

import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.UnknownName;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The catalogs of the lake, the built-in one first. Thread-safe. */
public final class Catalogs implements AutoCloseable {
    private final Map<String, LakeCatalog> byName = new LinkedHashMap<>();

    public Catalogs(Collection<? extends LakeCatalog> catalogs) {
        catalogs.forEach(catalog -> byName.put(catalog.info().name(), catalog));
    }

    public static Catalogs only(LakeCatalog catalog) {
        return new Catalogs(List.of(catalog));
    }

    public LakeCatalog of(TableName table) {
        return named(table.catalog());
    }

    /** Fails unless there is one of that name. */
    public LakeCatalog named(String name) {
        LakeCatalog catalog = byName.get(name);
        if (catalog == null) {
            throw UnknownName.failure("catalog '" + name + "'", name, List.copyOf(byName.keySet()));
        }
        return catalog;
    }

    public boolean has(String name) {
        return byName.containsKey(name);
    }

    public Collection<LakeCatalog> all() {
        return byName.values();
    }

    @Override
    public void close() {
        byName.values().forEach(LakeCatalog::close);
    }
}
