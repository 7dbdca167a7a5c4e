package dev.nerium.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.auth.Groups;
import dev.nerium.auth.Key.Rights;
import dev.nerium.auth.Keys;
import dev.nerium.auth.NewKey;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.auth.session.Session;
import dev.nerium.auth.session.Sessions;
import dev.nerium.config.NeriumConfig;
import dev.nerium.store.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When sessions end, by a clock that the test sets. */
class SessionsTest {
    private static final Principal ALICE =
            new Principal("oidc-0123", "oidc:alice", Scope.WRITE, Set.of("loaders", "analysts"));

    @TempDir
    private Path home = Path.of("");

    private final SettableClock clock = new SettableClock();
    private StateStore store;
    private Keys keys;
    private Sessions sessions;

    @BeforeEach
    void open() {
        NeriumConfig config =
                NeriumConfig.load(home, Map.of("session.idle-timeout", "30m", "session.lifetime", "12h"), Map.of());
        store = StateStore.open(config.store(), home);
        keys = Keys.of(store, config, clock);
        sessions = new Sessions(store, keys, config.session(), clock);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aSessionEndsAfterTheIdleTime() {
        Session session = ofKey("reports");

        clock.advance(Duration.ofMinutes(30).minusMillis(1));
        assertThat(find(session)).isPresent();
        clock.advance(Duration.ofMinutes(30).minusMillis(1));
        assertThat(find(session)).isPresent();
        clock.advance(Duration.ofMinutes(30));
        assertThat(find(session)).isEmpty();
    }

    @Test
    void aSessionThatIsUsedEndsAfterItsLifetime() {
        Session session = ofKey("reports");
        assertThat(session.end()).isEqualTo(clock.instant().plus(Duration.ofHours(12)));

        for (int i = 0; i < 48; i++) {
            assertThat(find(session)).isPresent();
            clock.advance(Duration.ofMinutes(15));
        }

        assertThat(find(session)).isEmpty();
    }

    @Test
    void theLastUseIsWrittenRarely() {
        Session session = ofKey("reports");

        clock.advance(Duration.ofMinutes(2));
        assertThat(find(session).orElseThrow().idleEnd()).isEqualTo(session.idleEnd());
        clock.advance(Duration.ofMinutes(1));
        assertThat(find(session).orElseThrow().idleEnd())
                .isEqualTo(session.idleEnd().plus(Duration.ofMinutes(3)));
    }

    @Test
    void aSessionEndsWithItsKey() {
        Session revoked = ofKey("revoked");
        Session rotated = ofKey("rotated");
        Session kept = ofKey("kept");
        NewKey expiring = keys.create("expiring", Scope.READ, Optional.of(Duration.ofMinutes(10)));
        Session expired = sessions.ofKey(principal(expiring), expiring.text());

        keys.revoke("revoked");
        // The former secret is accepted for a while, and its sessions are not.
        keys.rotate("rotated", Duration.ofHours(1));

        assertThat(find(revoked)).isEmpty();
        assertThat(find(rotated)).isEmpty();
        assertThat(find(expired)).isPresent();
        clock.advance(Duration.ofMinutes(10));
        assertThat(find(expired)).isEmpty();
        assertThat(find(kept)).isPresent();
    }

    @Test
    void aSessionHasTheGroupsThatItsKeyHasNow() {
        Session session = ofKey("reports");

        keys.setGroups("reports", Groups.of(List.of("finance")));

        assertThat(find(session).orElseThrow().principal().groups()).containsExactly("finance");
    }

    @Test
    void aSessionOfATokenHasItsRightsAndEndsWithIt() {
        Session session = sessions.ofToken(ALICE, clock.instant().plus(Duration.ofMinutes(5)));
        Session longer = sessions.ofToken(ALICE, clock.instant().plus(Duration.ofDays(5)));

        assertThat(find(session).orElseThrow().principal()).isEqualTo(ALICE);
        assertThat(session.idleEnd()).isEqualTo(session.end());
        assertThat(longer.end()).isEqualTo(clock.instant().plus(Duration.ofHours(12)));
        clock.advance(Duration.ofMinutes(5));
        assertThat(find(session)).isEmpty();
        assertThat(find(longer)).isPresent();
    }

    @Test
    void anEndedSessionStaysEnded() {
        Session session = ofKey("reports");
        Session other = sessions.ofToken(ALICE, Instant.MAX.minus(Duration.ofDays(1)));

        sessions.end(session);

        assertThat(find(session)).isEmpty();
        assertThat(find(other)).isPresent();
        assertThat(sessions.find("")).isEmpty();
        assertThat(sessions.find("' or 1 = 1 --")).isEmpty();
    }

    @Test
    void theOldestOfManySessionsOfOneOwnerEnd() {
        Session others = ofKey("reports");
        List<Session> all = new ArrayList<>();
        for (int i = 0; i < 105; i++) {
            clock.advance(Duration.ofSeconds(1));
            all.add(sessions.ofToken(ALICE, clock.instant().plus(Duration.ofHours(1))));
        }

        assertThat(all.subList(0, 5)).allMatch(session -> find(session).isEmpty());
        assertThat(all.subList(5, 105)).allMatch(session -> find(session).isPresent());
        assertThat(find(others)).isPresent();
    }

    @Test
    void noFileHasTheValueOfACookie() throws IOException {
        Session session = ofKey("reports");
        store.close();

        try (Stream<Path> files = Files.walk(home)) {
            assertThat(files.filter(Files::isRegularFile).toList())
                    .isNotEmpty()
                    .allSatisfy(file -> assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                            .doesNotContain(session.secret().text())
                            .doesNotContain(session.secret().csrfToken()));
        }
        assertThat(session.toString()).doesNotContain(session.secret().text());
    }

    private Session ofKey(String name) {
        NewKey key = keys.create(name, new Rights(Scope.READ, Groups.NONE), Optional.empty());
        return sessions.ofKey(principal(key), key.text());
    }

    private Principal principal(NewKey key) {
        return keys.principal(key.key().id()).orElseThrow();
    }

    private Optional<Session> find(Session session) {
        return sessions.find(session.secret().text());
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.parse("2026-11-30T12:00:00Z");

        void advance(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneId.of("UTC");
        }

        @Override
        public Clock withZone(ZoneId zone) {
            InstantSource source = this;
            return source.withZone(zone);
        }
    }
}
