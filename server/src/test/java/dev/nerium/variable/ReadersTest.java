package dev.nerium.variable;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReadersTest {
    private static final Readers READERS = new Readers(Set.of("k1"), Set.of("etl", "ops"));

    @Test
    void keysGroupsAndAdminsAreIncludedAndNobodyElse() {
        assertThat(READERS.include(principal("k1", Scope.READ))).isTrue();
        assertThat(READERS.include(principal("k2", Scope.READ, "sales", "ops"))).isTrue();
        assertThat(READERS.include(principal("k2", Scope.ADMIN))).isTrue();
        assertThat(READERS.include(principal("k2", Scope.WRITE, "sales", "k1"))).isFalse();
        assertThat(READERS.include(principal("etl", Scope.WRITE))).isFalse();
        assertThat(Readers.ADMINS.include(principal("k1", Scope.WRITE))).isFalse();
    }

    @Test
    void theyAreStoredAsTheyAre() {
        assertThat(Readers.parse(READERS.text())).isEqualTo(READERS);
        assertThat(Readers.parse(null)).isEqualTo(Readers.ADMINS);
    }

    private static Principal principal(String id, Scope scope, String... groups) {
        return new Principal(id, "name of " + id, scope, Set.of(groups));
    }
}
