package dev.nerium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Homes of earlier versions, whose databases are below {@code homes}: this version starts with them, and keeps their records. */
@Tag("server")
class EarlierHomesTest {
    private static final Path DATABASES = Path.of("server/src/test/resources/homes");

    private static final String OLD_RUN = """
            insert into run (id, mode, state, principal, code, params, provider, vcpus, queued_at, started_at, ended_at,
                row_count, key_id, server, accepted_at)
            values ('01a22000-0000-7000-8000-000000000001', 'query', 'COMPLETE', 'former', 'SELECT 1 AS a', '{}', 'bubblewrap', 2,
                1790000000000, 1790000000100, 1790000000200, 1, '0123456789abcdef', 'former', 1790000000000000)""";

    static List<Path> databases() throws IOException {
        try (Stream<Path> files = Files.list(DATABASES)) {
            return files.sorted().toList();
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void startWithTheirRecords(Path database) throws IOException, SQLException {
        Path home = TestServer.newHome();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + home.resolve("state.db"));
                Statement statement = connection.createStatement()) {
            for (String sql : Files.readString(database).strip().split(";(\n|$)", 0)) {
                statement.execute(sql);
            }
            statement.execute(OLD_RUN);
        }

        try (TestServer server = TestServer.start(home, Map.of())) {
            assertThat(server.query("SELECT count(*) AS n FROM f", "f=default.flowers")
                            .rows())
                    .isEqualTo("[[150]]");
            assertThat(server.get("/api/v2/runs/01a22000-0000-7000-8000-000000000001")
                            .json()
                            .path("row_count")
                            .asInt())
                    .isEqualTo(1);
            assertThat(server.get("/api/v2/usage?since=2026-09-20&until=2026-09-22")
                            .json()
                            .at("/usage/0/runs")
                            .asInt())
                    .isEqualTo(1);
        }
    }
}
