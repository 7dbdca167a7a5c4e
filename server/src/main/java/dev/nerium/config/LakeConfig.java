package dev.nerium.config;

import java.util.List;

/**
 * The built-in catalog.
 *
 * @param sampleTable whether a new lake gets {@code default.flowers}
 * @param folders in which tables may have files besides the warehouse; below the home where they are not absolute
 */
public record LakeConfig(
        String catalog,
        boolean createNamespaces,
        boolean sampleTable,
        PlanCache planCache,
        ByteSize cacheSize,
        List<String> folders) {
    public LakeConfig {
        folders = List.copyOf(folders);
    }

    /** @param maxFiles planned data files of all tables */
    public record PlanCache(int maxFiles) {}
}
