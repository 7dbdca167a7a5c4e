package dev.nerium.observe.lineage;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.nerium.config.ConfigException;
import dev.nerium.observe.events.RunEventTable;
import dev.nerium.store.StateStore;
import io.openlineage.client.OpenLineageClientUtils;
import io.openlineage.client.OpenLineageConfig;
import io.openlineage.client.transports.CompositeConfig;
import io.openlineage.client.transports.TransportConfig;
import io.openlineage.client.transports.TransportFactory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The destinations of events besides the store, by OpenLineage's client and its configuration file. Each transport
 * has a delivery of its own, so that one that fails holds up no other. Thread-safe.
 */
public final class Transports implements AutoCloseable {
    private final List<EventForwarder> deliveries = new ArrayList<>();

    /** @param file {@code openlineage.yml}; an empty text for none */
    static Transports open(String file, StateStore store, RunEventTable events, EventIds ids) {
        Transports transports = new Transports();
        if (!file.isEmpty()) {
            for (TransportConfig config : configs(Path.of(file))) {
                transports.deliveries.add(
                        EventForwarder.start(name(config), transport(config, file), store, events, ids));
            }
        }
        return transports;
    }

    // The client declares its configuration as an extension of itself, without saying of which.
    @SuppressWarnings("rawtypes")
    private static List<TransportConfig> configs(Path file) {
        TransportConfig config;
        try (InputStream in = Files.newInputStream(file)) {
            config = OpenLineageClientUtils.loadOpenLineageConfigYaml(in, new TypeReference<OpenLineageConfig>() {})
                    .getTransportConfig();
        } catch (IOException | RuntimeException e) {
            throw new ConfigException(
                    "lineage.openlineage-config is '%s': it can't be read as OpenLineage's configuration, %s"
                            .formatted(file, e.getMessage()));
        }
        if (config == null) {
            throw new ConfigException("lineage.openlineage-config is '" + file + "': it has no transport.");
        }
        return config instanceof CompositeConfig several ? several.getTransports() : List.of(config);
    }

    private static io.openlineage.client.transports.Transport transport(TransportConfig config, String file) {
        try {
            return new TransportFactory(config).build();
        } catch (RuntimeException e) {
            throw new ConfigException("lineage.openlineage-config is '%s': a transport of it can't be opened, %s"
                    .formatted(file, e.getMessage()));
        }
    }

    private static String name(TransportConfig config) {
        @Nullable String name = config.getName();
        return Objects.requireNonNullElseGet(
                name,
                () -> config.getClass().getSimpleName().replace("Config", "").toLowerCase(java.util.Locale.ROOT));
    }

    /** There is a new event. */
    public void wake() {
        deliveries.forEach(EventForwarder::wake);
    }

    @Override
    public void close() {
        deliveries.forEach(EventForwarder::close);
    }
}
