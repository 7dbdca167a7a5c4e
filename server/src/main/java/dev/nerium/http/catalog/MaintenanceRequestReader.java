package dev.nerium.http.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.config.DurationFormat;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.maintenance.CompactionOptions;
import dev.nerium.lake.maintenance.CompactionOptions.Selection;
import dev.nerium.lake.maintenance.ExpirationOptions;
import dev.nerium.lake.maintenance.MaintenanceMode;
import dev.nerium.lake.maintenance.OrphanOptions;
import dev.nerium.lake.maintenance.RollbackOptions;
import dev.nerium.lake.maintenance.RollbackOptions.Reach;
import dev.nerium.lake.maintenance.RollbackOptions.RollbackTarget;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads the bodies of the maintenance routes. Unlike a workload's, a field that is not known is refused: a mistyped
 * {@code dryRun} must not delete anything.
 */
public final class MaintenanceRequestReader {
    private static final String DRY_RUN = "dryRun";

    private final RequestFields fields;
    private final Clock clock;

    private MaintenanceRequestReader(RequestFields fields, Clock clock, List<String> known) {
        this.fields = fields;
        this.clock = clock;
        fields.requireKnown(known);
    }

    public static ExpirationOptions expiry(RequestFields fields, Clock clock) {
        MaintenanceRequestReader body =
                new MaintenanceRequestReader(fields, clock, List.of(DRY_RUN, "olderThan", "retainLast", "snapshots"));
        return new ExpirationOptions(
                body.moment("olderThan"), body.atLeast("retainLast", 1), body.snapshots(), body.effect());
    }

    /** @param longestRun what a run may take */
    public static OrphanOptions orphans(RequestFields fields, Clock clock, Duration longestRun) {
        MaintenanceRequestReader body =
                new MaintenanceRequestReader(fields, clock, List.of(DRY_RUN, "olderThan", "force"));
        Instant now = clock.instant();
        boolean force = body.fields.flag("force");
        Instant olderThan = body.moment("olderThan").orElse(now.minus(OrphanOptions.USUAL_AGE));
        Duration leastAge = OrphanOptions.leastAge(longestRun);
        if (olderThan.isAfter(now.minus(leastAge)) && !force) {
            throw NeriumException.invalid(
                    "olderThan is %s, less than %s ago: an active write creates its files before it commits, and would lose them. Set force if nothing writes to the table."
                            .formatted(body.fields.text("olderThan").orElse(""), DurationFormat.format(leastAge)));
        }
        return new OrphanOptions(olderThan, body.effect());
    }

    public static RollbackOptions rollback(RequestFields fields, Clock clock) {
        MaintenanceRequestReader body = new MaintenanceRequestReader(
                fields, clock, List.of(DRY_RUN, "toSnapshot", "toTimestamp", "toRef", "force"));
        List<RollbackTarget> targets = Stream.<Optional<? extends RollbackTarget>>of(
                        body.fields
                                .value("toSnapshot")
                                .map(node -> new RollbackTarget.Id(snapshot("toSnapshot", node))),
                        body.moment("toTimestamp").map(RollbackTarget.Time::new),
                        body.fields.text("toRef").map(RollbackTarget.Ref::new))
                .<RollbackTarget>flatMap(Optional::stream)
                .toList();
        if (targets.size() != 1) {
            throw NeriumException.invalid("%d of toSnapshot, toTimestamp and toRef are given: expected exactly one."
                    .formatted(targets.size()));
        }
        Reach reach = body.fields.flag("force") ? Reach.ANY : Reach.ANCESTORS;
        return new RollbackOptions(targets.getFirst(), reach, body.effect());
    }

    /** A compaction, and whether it is a dry run. */
    public record Compaction(CompactionOptions order, MaintenanceMode effect) {}

    public static Compaction compaction(RequestFields fields, Clock clock) {
        MaintenanceRequestReader body = new MaintenanceRequestReader(
                fields,
                clock,
                List.of(DRY_RUN, "all", "minInputFiles", "deleteFileThreshold", "targetFileBytes", "upToSequence"));
        CompactionOptions order = new CompactionOptions(
                body.fields.flag("all") ? Selection.ALL : Selection.NEEDED,
                body.atLeast("minInputFiles", 2).orElse(CompactionOptions.USUAL_MIN_INPUT_FILES),
                body.atLeast("deleteFileThreshold", 1),
                body.number("targetFileBytes", 1 << 20, 1L << 40),
                body.number("upToSequence", 0, Long.MAX_VALUE));
        return new Compaction(order, body.effect());
    }

    private MaintenanceMode effect() {
        return fields.flag(DRY_RUN) ? MaintenanceMode.DRY_RUN : MaintenanceMode.REAL;
    }

    private OptionalInt atLeast(String field, int least) {
        String expected = "a whole number of at least " + least;
        Optional<Integer> value = fields.integer(field, expected);
        value.filter(number -> number < least).ifPresent(number -> {
            throw NeriumException.invalid("%s is %d: expected %s.".formatted(field, number, expected));
        });
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private OptionalLong number(String field, long least, long most) {
        return fields.value(field)
                .map(node -> {
                    if (!node.isIntegralNumber()
                            || !node.canConvertToLong()
                            || node.longValue() < least
                            || node.longValue() > most) {
                        throw RequestFields.wrong(field, node, "a whole number from " + least + " to " + most);
                    }
                    return OptionalLong.of(node.longValue());
                })
                .orElseGet(OptionalLong::empty);
    }

    private Set<Long> snapshots() {
        Set<Long> ids = new LinkedHashSet<>();
        fields.value("snapshots").ifPresent(list -> {
            if (!list.isArray() || list.isEmpty()) {
                throw RequestFields.wrong("snapshots", list, "a list of at least one snapshot id");
            }
            list.forEach(node -> ids.add(snapshot("snapshots", node)));
        });
        return ids;
    }

    /** Also as a string: the ids are larger than what some clients' numbers hold. */
    static long snapshot(String field, JsonNode node) {
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            return node.longValue();
        }
        try {
            return Long.parseLong(node.textValue());
        } catch (NumberFormatException e) {
            throw RequestFields.wrong(field, node, "a snapshot id, such as 3051729675574597004");
        }
    }

    private Optional<Instant> moment(String field) {
        return fields.text(field).map(text -> {
            try {
                return DurationFormat.parse(text)
                        .map(age -> clock.instant().minus(age))
                        .orElseGet(() -> OffsetDateTime.parse(text).toInstant());
            } catch (DateTimeException e) {
                throw NeriumException.invalid(
                        "%s is '%s': expected an age such as %s, or a time such as 2026-11-01T12:00:00Z."
                                .formatted(field, RequestFields.shortened(text), DurationFormat.EXAMPLES));
            }
        });
    }
}
