package dev.nerium.grant;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Key;
import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.error.PlainText;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Grantee.Kind;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import dev.nerium.lake.access.TableRights;
import dev.nerium.store.ChangeStamp;
import dev.nerium.store.StateStore;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jspecify.annotations.Nullable;

/**
 * The grants. Thread-safe; several servers may use one database. A change takes effect at once where it is made and, with the home's own
 * database, in all processes; other servers on the same PostgreSQL see it within half a second.
 */
public final class Grants {
    private static final Duration LATEST = Duration.ofMillis(500);
    /** The id of the owner of a token, who has no key. */
    private static final Pattern IDENTITY = Pattern.compile(Principal.TOKEN_ID + "[0-9a-f]{16,64}");

    private static final int LONGEST_SHOWN = 100;

    private final StateStore store;
    private final Keys keys;
    private final Predicate<String> isLocation;
    private final Clock clock;
    private final Optional<ChangeStamp> stamp;
    private volatile @Nullable ReadBook last;

    /** @param isLocation whether an operator has listed a folder whose files SQL may read */
    public Grants(StateStore store, Keys keys, Predicate<String> isLocation, NeriumConfig config, Clock clock) {
        this.store = store;
        this.keys = keys;
        this.isLocation = isLocation;
        this.clock = clock;
        this.stamp = config.store().url().isEmpty()
                ? Optional.of(new ChangeStamp(config.home(), "grants.changed"))
                : Optional.empty();
        stamp.ifPresent(ChangeStamp::create);
    }

    /** @param stamp before the grants were read; empty if there is none */
    private record ReadBook(Optional<FileTime> stamp, long nanos, GrantBook book) {}

    /** The rights of a principal, which change as rights are granted and revoked. */
    public TableRights of(Principal principal) {
        return rights(principal);
    }

    private GrantedRights rights(Principal principal) {
        return new GrantedRights(principal, this::book);
    }

    private GrantBook book() {
        Optional<FileTime> now = stamp.flatMap(ChangeStamp::read);
        ReadBook read = last;
        if (read != null && isCurrent(read, now)) {
            return read.book();
        }
        long nanos = System.nanoTime();
        GrantBook book = store.with(Grants::read);
        last = new ReadBook(now, nanos, book);
        return book;
    }

    private boolean isCurrent(ReadBook read, Optional<FileTime> now) {
        return stamp.isPresent()
                ? now.isPresent() && now.equals(read.stamp())
                : System.nanoTime() - read.nanos() < LATEST.toNanos();
    }

    private static GrantBook read(Handle handle) {
        boolean enforced = handle.createQuery("select count(*) from access_grant")
                        .mapTo(Long.class)
                        .one()
                > 0;
        return new GrantBook(enforced, StoredGrant.present(handle));
    }

    /** Whether rights are granted by table: since the first grant, also after all are revoked. */
    public boolean enforced() {
        return book().enforced();
    }

    /** The grants that a principal may see, with the names of keys: all for an admin, else its own, and those on what it manages. */
    public List<Grant> list(Principal principal, Optional<Securable> on, Optional<Grantee> grantee) {
        // A grantee of whom the principal sees no grant looks like one that does not exist.
        Optional<Grantee> wanted = principal.scope().includes(Scope.ADMIN)
                ? grantee.map(each -> stored(principal, each))
                : Optional.empty();
        return named(visible(principal).stream()
                        .filter(grant -> on.isEmpty() || grant.on().equals(on.get()))
                        .filter(grant -> wanted.isEmpty() || grant.grantee().equals(wanted.get()))
                        .toList())
                .stream()
                .filter(grant -> wanted.isPresent()
                        || grantee.isEmpty()
                        || grant.grantee().equals(grantee.get()))
                .toList();
    }

    private List<Grant> visible(Principal principal) {
        GrantedRights rights = rights(principal);
        return book().all().stream()
                .filter(grant -> principal.scope().includes(Scope.ADMIN)
                        || grant.isOf(principal)
                        || (principal.scope().includes(Scope.WRITE) && rights.manages(grant.on())))
                .toList();
    }

    /** With the names of keys in place of their ids, for those that were not revoked. */
    private List<Grant> named(List<Grant> grants) {
        Map<String, String> names = keys.list().stream().collect(Collectors.toMap(Key::id, Key::name));
        return grants.stream()
                .map(grant -> grant.to(
                        grant.grantee().kind() == Kind.KEY
                                ? Grantee.key(names.getOrDefault(
                                        grant.grantee().name(), grant.grantee().name()))
                                : grant.grantee()))
                .toList();
    }

    /** Grants rights. Those that the grantee has already stay. Returns all that were asked for. */
    public List<Grant> grant(Principal by, Set<Right> rights, Securable on, Grantee to) {
        requireManager(by, on);
        requireGrantable(rights, on);
        Grantee grantee = stored(by, to);
        Instant now = Instant.ofEpochMilli(clock.millis());
        return named(change(handle -> {
            List<Grant> present = StoredGrant.present(handle);
            List<Grant> granted = new ArrayList<>();
            for (Right right : rights.stream().sorted().toList()) {
                granted.add(present.stream()
                        .filter(grant -> grant.matches(right, on, grantee))
                        .findFirst()
                        .orElseGet(() -> StoredGrant.insert(
                                handle, new Grant(UUID.randomUUID().toString(), grantee, right, on, by.name(), now))));
            }
            return granted;
        }));
    }

    /** Revokes rights, as they were granted: those on a schema stay if one on a table is revoked. Returns the ones that ended. */
    public List<Grant> revoke(Principal by, Set<Right> rights, Securable on, Grantee from) {
        requireManager(by, on);
        Grantee grantee = stored(by, from);
        return revoke(
                by,
                grant -> rights.contains(grant.right())
                        && grant.on().equals(on)
                        && grant.grantee().equals(grantee));
    }

    /** Revokes a grant by its id. */
    public Grant revoke(Principal by, String id) {
        Grant grant = find(by, id);
        requireManager(by, grant.on());
        var _ = revoke(by, each -> each.id().equals(id));
        return grant;
    }

    /** A grant that a principal may see; fails with 404 if there is none. */
    public Grant find(Principal principal, String id) {
        List<Grant> found =
                visible(principal).stream().filter(each -> each.id().equals(id)).toList();
        return named(found).stream()
                .findFirst()
                .orElseThrow(() -> new NeriumException(
                        ErrorCode.GRANT_NOT_FOUND,
                        "There is no grant '%s'.".formatted(PlainText.of(id, LONGEST_SHOWN))));
    }

    private List<Grant> revoke(Principal by, Predicate<Grant> which) {
        return named(change(handle -> {
            List<Grant> ending =
                    StoredGrant.present(handle).stream().filter(which).toList();
            ending.forEach(grant -> StoredGrant.revoke(handle, grant, by.name(), clock.millis()));
            return ending;
        }));
    }

    private List<Grant> change(HandleCallback<List<Grant>, RuntimeException> change) {
        // Before the change too: what is read between the two must not outlive the second.
        stamp.ifPresent(ChangeStamp::change);
        List<Grant> changed = store.inTransaction(change);
        stamp.ifPresent(ChangeStamp::change);
        last = null;
        return changed;
    }

    private void requireManager(Principal by, Securable on) {
        boolean manages =
                enforced() && by.scope().includes(Scope.WRITE) && rights(by).manages(on);
        if (!by.scope().includes(Scope.ADMIN) && !by.isLocal() && !manages) {
            throw new NeriumException(
                    ErrorCode.FORBIDDEN,
                    "The key '%s' can't grant or revoke rights on %s: that needs the scope admin, or the right manage on it."
                            .formatted(by.name(), on));
        }
    }

    private void requireGrantable(Set<Right> rights, Securable on) {
        if (on instanceof Securable.Folder(String path)) {
            if (!rights.stream().allMatch(right -> right == Right.READ || right == Right.MANAGE)) {
                throw NeriumException.invalid("Files of a location can only be read: grant read or manage on it.");
            }
            if (!isLocation.test(path)) {
                throw NeriumException.invalid(
                        "location is '%s': expected a folder of external.locations, as the operator has listed it."
                                .formatted(PlainText.of(path, LONGEST_SHOWN)));
            }
        }
    }

    /** The grantee as grants have it: a key by its id, because another key may get its name later. */
    private Grantee stored(Principal by, Grantee grantee) {
        return switch (grantee.kind()) {
            case PUBLIC -> grantee;
            case GROUP -> {
                if (!Groups.isName(grantee.name())) {
                    throw NeriumException.invalid(
                            "group is '%s': expected 1 to 64 letters, digits, dots, dashes or underscores."
                                    .formatted(shown(grantee)));
                }
                yield grantee;
            }
            case KEY -> IDENTITY.matcher(grantee.name()).matches() ? grantee : Grantee.key(keyId(by, grantee));
        };
    }

    private String keyId(Principal by, Grantee grantee) {
        try {
            return keys.find(grantee.name()).id();
        } catch (NeriumException e) {
            // The names of keys are for admins.
            throw by.scope().includes(Scope.ADMIN)
                    ? e
                    : new NeriumException(
                            ErrorCode.KEY_NOT_FOUND, "There is no key named '%s'.".formatted(shown(grantee)));
        }
    }

    private static String shown(Grantee grantee) {
        return PlainText.of(grantee.name(), LONGEST_SHOWN);
    }
}
