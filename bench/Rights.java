import dev.nerium.auth.Keys;
import dev.nerium.auth.Principal;
import dev.nerium.auth.Scope;
import dev.nerium.config.NeriumConfig;
import dev.nerium.grant.Grants;
import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable.Tables;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.name.TableName;
import dev.nerium.store.StateStore;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The time of one check of a right, as a query makes it. {@code Rights.java HOME GRANTS ROUNDS} gives a key that number of grants on
 * tables, and asks for the last of them and for a table without a grant. Prints nanoseconds, a line for each round.
 */
final class Rights {
    private static final int CHECKS = 20_000;

    public static void main(String[] arguments) {
        Path home = Path.of(arguments[0]);
        int count = Integer.parseInt(arguments[1]);
        NeriumConfig config = NeriumConfig.load(home, Map.of(), Map.of());
        Clock clock = Clock.systemUTC();
        try (StateStore store = StateStore.open(config.store(), home)) {
            Keys keys = Keys.of(store, config, clock);
            Principal admin = new Principal("admin", "admin", Scope.ADMIN, Set.of());
            String id = keys.create("reader", Scope.READ, Optional.empty()).key().id();
            Principal reader = new Principal(id, "reader", Scope.READ, Set.of());
            Grants grants = new Grants(store, keys, location -> false, config, clock);
            List<TableName> tables = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                TableName table = TableName.parse("sales.table_" + i, "the table", "oleander");
                tables.add(table);
                var _ = grants.grant(admin, Set.of(Right.READ), Tables.of(table), Grantee.key("reader"));
            }
            TableName without = TableName.parse("sales.hidden", "the table", "oleander");
            for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
                System.out.println(time(grants, reader, tables.getLast(), true) + " " + time(grants, reader, without, false));
            }
        }
    }

    private static double time(Grants grants, Principal reader, TableName table, boolean expected) {
        long begin = System.nanoTime();
        for (int i = 0; i < CHECKS; i++) {
            TableRights rights = grants.of(reader);
            if (rights.has(Right.READ, table) != expected) {
                throw new IllegalStateException(table + ": expected " + expected);
            }
        }
        return (System.nanoTime() - begin) / (double) CHECKS;
    }
}
