package dev.nerium.http.catalog;

import dev.nerium.config.DurationFormat;
import dev.nerium.error.NeriumException;
import dev.nerium.http.common.RequestFields;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableVersion;
import dev.nerium.lake.refs.NewRef;
import dev.nerium.lake.refs.NewRef.Existing;
import dev.nerium.lake.refs.RefKind;
import dev.nerium.lake.refs.RefRetention;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the bodies of the routes of branches and tags. A field that is not known is refused. */
public final class RefRequestReader {
    private final RequestFields fields;

    private RefRequestReader(RequestFields fields, List<String> known) {
        this.fields = fields;
        fields.requireKnown(known);
    }

    public static NewRef creation(RequestFields fields) {
        RefRequestReader body = new RefRequestReader(
                fields,
                List.of("name", "type", "from", "existing", "maxRefAge", "minSnapshotsToKeep", "maxSnapshotAge"));
        return new NewRef(
                body.name(),
                body.kind(),
                fields.text("from")
                        .map(text -> TableVersion.parse(text, "from"))
                        .orElse(new TableVersion.Current()),
                new RefRetention(body.age("maxRefAge"), body.count(), body.age("maxSnapshotAge")),
                fields.choice("existing", Existing.class).orElse(Existing.REFUSE));
    }

    /**
     * A branch to move forward.
     *
     * @param to the branch or tag whose snapshot it gets
     * @param snapshot that this must have; empty for any
     */
    public record Forward(String branch, String to, OptionalLong snapshot) {}

    public static Forward forward(RequestFields fields) {
        RefRequestReader body = new RefRequestReader(fields, List.of("branch", "to", "snapshot"));
        return new Forward(
                fields.text("branch").orElse(TableBranch.MAIN),
                fields.required("to", "name the branch or tag whose snapshot the branch gets"),
                body.snapshot());
    }

    /** A branch or tag to drop. */
    public record Drop(String name, RefKind kind, boolean ifExists) {}

    public static Drop drop(RequestFields fields) {
        RefRequestReader body = new RefRequestReader(fields, List.of("name", "type", "ifExists"));
        return new Drop(body.name(), body.kind(), fields.flag("ifExists"));
    }

    private String name() {
        return fields.text("name")
                .orElseThrow(() -> NeriumException.invalid("name is missing: name the branch or tag."));
    }

    private RefKind kind() {
        return fields.choice("type", RefKind.class)
                .orElseThrow(() -> NeriumException.invalid("type is missing: choose branch or tag."));
    }

    private Optional<Integer> count() {
        String expected = "a whole number of at least 1";
        Optional<Integer> count = fields.integer("minSnapshotsToKeep", expected);
        count.filter(number -> number < 1).ifPresent(number -> {
            throw NeriumException.invalid("minSnapshotsToKeep is %d: expected %s.".formatted(number, expected));
        });
        return count;
    }

    private Optional<Duration> age(String field) {
        return fields.text(field)
                .map(text -> DurationFormat.parse(text)
                        .filter(age -> age.isPositive())
                        .orElseThrow(() -> NeriumException.invalid("%s is '%s': expected a duration such as %s."
                                .formatted(field, RequestFields.shortened(text), DurationFormat.EXAMPLES))));
    }

    private OptionalLong snapshot() {
        return fields.value("snapshot")
                .map(node -> OptionalLong.of(MaintenanceRequestReader.snapshot("snapshot", node)))
                .orElseGet(OptionalLong::empty);
    }
}
