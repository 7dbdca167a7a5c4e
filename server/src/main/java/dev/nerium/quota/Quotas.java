package dev.nerium.quota;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.auth.Principal;
import dev.nerium.quota.QuotaSubject.Kind;
import dev.nerium.store.StateStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The quotas, kept in memory. A change counts at once in the server that made it, and in others on the same database within {@link
 * #REFRESH}. Thread-safe.
 */
public final class Quotas implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Quotas.class);
    private static final Duration REFRESH = Duration.ofSeconds(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final StateStore store;
    private final Clock clock;
    private final ScheduledExecutorService refresher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("quotas").daemon().factory());
    private volatile Map<QuotaSubject, Quota> known = Map.of();

    public Quotas(StateStore store, Clock clock) {
        this.store = store;
        this.clock = clock;
        read();
        if (store.isShared()) {
            var _ = refresher.scheduleWithFixedDelay(
                    this::refresh, REFRESH.toMillis(), REFRESH.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Sorted by kind and name. */
    public List<Quota> list() {
        return store.with(handle -> handle.createQuery("select * from quota order by kind, name")
                .map((row, context) -> quota(row))
                .list());
    }

    public Optional<Quota> find(QuotaSubject subject) {
        return store.with(handle -> handle.createQuery("select * from quota where kind = ? and name = ?")
                .bind(0, subject.kind().text())
                .bind(1, subject.name())
                .map((row, context) -> quota(row))
                .findFirst());
    }

    /** Sets all limits of a quota: limits that are not named have none. */
    public Quota set(QuotaSubject subject, Map<QuotaLimit, Long> limits, Principal by) {
        Quota quota = new Quota(subject, limits, by.name(), Instant.ofEpochMilli(clock.millis()));
        store.change(handle -> handle.execute(
                "insert into quota (kind, name, limits, updated_by, updated_at) values (?, ?, ?, ?, ?)"
                        + " on conflict (kind, name) do update set limits = excluded.limits,"
                        + " updated_by = excluded.updated_by, updated_at = excluded.updated_at",
                subject.kind().text(),
                subject.name(),
                text(quota.limits()),
                quota.updatedBy(),
                quota.updatedAt().toEpochMilli()));
        read();
        return quota;
    }

    /** Returns whether there was one. */
    public boolean drop(QuotaSubject subject) {
        int dropped = store.change(handle -> handle.execute(
                "delete from quota where kind = ? and name = ?", subject.kind().text(), subject.name()));
        read();
        return dropped > 0;
    }

    /** Whether no run is limited. */
    boolean isEmpty() {
        return known.isEmpty();
    }

    /** Whether runs of other servers count, too. */
    boolean isShared() {
        return store.isShared();
    }

    /** The limits that apply to the runs of a key. */
    List<AppliedQuota> of(Principal principal) {
        Map<QuotaSubject, Quota> quotas = known;
        if (quotas.isEmpty() || principal.keyId().equals(Principal.SERVER.keyId())) {
            return List.of();
        }
        List<AppliedQuota> applied = new ArrayList<>();
        Map<QuotaLimit, Long> own = limits(quotas, QuotaSubject.key(principal.keyId()));
        if (!own.isEmpty()) {
            applied.add(AppliedQuota.ofKey(principal, own));
        }
        Map<QuotaLimit, Long> others = new EnumMap<>(QuotaLimit.class);
        others.putAll(limits(quotas, QuotaSubject.DEFAULT));
        others.keySet().removeAll(own.keySet());
        if (!others.isEmpty()) {
            applied.add(AppliedQuota.ofAll(principal, others));
        }
        for (String group : principal.groups()) {
            Map<QuotaLimit, Long> shared = limits(quotas, QuotaSubject.group(group));
            if (!shared.isEmpty()) {
                applied.add(AppliedQuota.ofGroup(group, shared));
            }
        }
        return applied;
    }

    private static Map<QuotaLimit, Long> limits(Map<QuotaSubject, Quota> quotas, QuotaSubject subject) {
        return Optional.ofNullable(quotas.get(subject)).map(Quota::limits).orElse(Map.of());
    }

    private synchronized void read() {
        known = list().stream().collect(Collectors.toUnmodifiableMap(Quota::subject, Function.identity()));
    }

    private void refresh() {
        try {
            read();
        } catch (RuntimeException e) {
            LOG.warn("The quotas can't be read: those that were read before apply", e);
        }
    }

    private static Quota quota(ResultSet row) throws SQLException {
        Map<QuotaLimit, Long> limits = new EnumMap<>(QuotaLimit.class);
        try {
            for (Map.Entry<String, JsonNode> limit :
                    JSON.readTree(row.getString("limits")).properties()) {
                QuotaLimit.parse(limit.getKey())
                        .ifPresent(known -> limits.put(known, limit.getValue().asLong()));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A quota can't be read", e);
        }
        Kind kind = Kind.valueOf(row.getString("kind").toUpperCase(java.util.Locale.ROOT));
        return new Quota(
                new QuotaSubject(kind, row.getString("name")),
                limits,
                row.getString("updated_by"),
                Instant.ofEpochMilli(row.getLong("updated_at")));
    }

    private static String text(Map<QuotaLimit, Long> limits) {
        ObjectNode node = JSON.createObjectNode();
        limits.forEach((limit, value) -> node.put(limit.text(), value));
        return node.toString();
    }

    @Override
    public void close() {
        refresher.shutdownNow();
    }
}
