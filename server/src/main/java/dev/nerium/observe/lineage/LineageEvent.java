package dev.nerium.observe.lineage;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * An OpenLineage event, ours or another's: of a run, of a job or of a dataset.
 *
 * @param runState of a run event, its type
 * @param integration what reported it, such as {@code SPARK}
 * @param body as it was made or received
 * @param source whose it is
 */
public record LineageEvent(
        UUID id,
        Instant receivedAt,
        Instant eventTime,
        Optional<UUID> run,
        Optional<String> runState,
        Optional<JobId> job,
        Optional<Parent> parent,
        List<EventDataset> inputs,
        List<EventDataset> outputs,
        String schema,
        String producer,
        Optional<Integration> integration,
        JsonNode body,
        String text,
        EventSource source) {
    public LineageEvent {
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /**
     * The owner of an event.
     *
     * @param keyId of the run's key, or of the key that reported it; empty where an older version did not keep it
     * @param server whose run the event is of; empty for one that was reported
     */
    public record EventSource(String keyId, Optional<String> server) {
        public boolean isReported() {
            return server.isEmpty();
        }
    }

    public record JobId(String namespace, String name) {}

    public record Parent(UUID run, JobId job) {}

    public record Integration(String name, String version) {}

    /**
     * A dataset that an event names.
     *
     * @param aliases other names of it
     * @param columns its column lineage facet
     * @param effect of an output, on the columns of earlier events
     */
    public record EventDataset(
            DatasetName name, List<DatasetName> aliases, Optional<JsonNode> columns, WriteEffect effect) {
        public EventDataset {
            aliases = List.copyOf(aliases);
        }
    }

    /** The effect of an event on the columns that a dataset has of earlier events. */
    public enum WriteEffect {
        /** The rows are added to others. */
        ADDS,
        /** All rows are replaced, whichever job wrote them. */
        REPLACES,
        /** The event does not say: its columns replace earlier ones of the same job. */
        REPLACES_OWN;

        private static final Set<String> REPLACING = Set.of("CREATE", "OVERWRITE", "TRUNCATE", "DROP");

        /** @param output a dataset in the outputs of an event */
        static WriteEffect of(JsonNode output) {
            String mode = output.at("/outputFacets/nerium_write/mode").asText();
            if (!mode.isEmpty()) {
                return mode.equals("overwrite") || mode.equals("truncate") ? REPLACES : ADDS;
            }
            String change = output.at("/facets/lifecycleStateChange/lifecycleStateChange")
                    .asText();
            return REPLACING.contains(change) ? REPLACES : REPLACES_OWN;
        }
    }

    /** Whether its outputs were written: a run of this server that has not completed only names its destination. */
    boolean hasWritten() {
        return source.isReported() || runState.equals(Optional.of("COMPLETE"));
    }

    /** Version of the specification that the event follows. */
    public String schemaVersion() {
        return schema.replaceAll("^.*/spec/([^/]*)/.*$", "$1");
    }
}
