package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.nerium.TestServer;
import dev.nerium.TestServer.Reply;
import dev.nerium.lake.commit.CommitIntent;
import dev.nerium.lake.commit.CommitJournal;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.maintenance.OrphanOptions;
import dev.nerium.lake.name.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.Schema;
import org.apache.iceberg.Table;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.types.Types;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Files that no snapshot knows go, and not one that any snapshot knows. */
@Tag("server")
class OrphansTest {
    private static TestServer server;
    private static LakeTables tables;

    @BeforeAll
    static void start() {
        server = TestServer.startEmpty(Map.of("lake.folders", "."));
        tables = new LakeTables(server);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void removesOldFilesThatNoSnapshotKnows() throws IOException {
        tables.fill("littered", 1, 2);
        server.script("result = pl.DataFrame({'x': [3], 'name': ['new']})", Map.of("destination", "default.littered"));
        Path folder = tables.folder("littered");
        age(folder);
        List<Path> known = files(folder);
        Path orphan = litter(folder.resolve("data/left.parquet"), Duration.ofDays(4));
        Path nested = litter(folder.resolve("data/x=1/left.parquet"), Duration.ofDays(4));
        Path young = litter(folder.resolve("metadata/young.avro"), Duration.ofHours(5));
        Path hidden = litter(folder.resolve("data/_temporary/left.parquet"), Duration.ofDays(4));

        JsonNode rehearsed =
                tables.act("littered", "remove-orphans", "{'dryRun': true}").json();
        assertThat(rehearsed.at("/orphan_files/count").asLong()).isEqualTo(2);
        assertThat(rehearsed.at("/orphan_files/bytes").asLong()).isEqualTo(8);
        assertThat(orphan).exists();

        JsonNode report = tables.act("littered", "remove-orphans", "{}").json();

        assertThat(report.path("orphan_files")).isEqualTo(rehearsed.path("orphan_files"));
        assertThat(report.at("/recent_files/count").asLong()).isEqualTo(1);
        assertThat(orphan).doesNotExist();
        assertThat(nested).doesNotExist();
        assertThat(young).exists();
        assertThat(hidden).exists();
        assertThat(known).isNotEmpty().allMatch(Files::exists);
        assertThat(tables.rows("littered")).isEqualTo("[[3]]");
        // Those of earlier snapshots, too.
        tables.act(
                "littered",
                "rollback",
                "{'toSnapshot': "
                        + tables.<Long>with(
                                "littered", table -> table.history().get(1).snapshotId()) + "}");
        assertThat(tables.rows("littered")).isEqualTo("[[1],[2]]");
    }

    @Test
    void knowsFilesThatAreReachedThroughALink() throws IOException {
        tables.fill("linked", 1);
        Path folder = tables.folder("linked");
        age(folder);
        Path moved = folder.resolveSibling("linked-elsewhere");
        Files.move(folder, moved);
        Files.createSymbolicLink(folder, moved);

        JsonNode report = tables.act("linked", "remove-orphans", "{}").json();

        assertThat(report.at("/orphan_files/count").asLong())
                .as(report.toString())
                .isZero();
        assertThat(tables.rows("linked")).isEqualTo("[[1]]");
    }

    /** By the text of such a location, the file would lie in another folder than it does. */
    @Test
    void knowsFilesThatAreReachedByStepsUpFromALink() throws IOException {
        tables.fill("climbing", 1);
        Path folder = tables.folder("climbing");
        Files.createDirectories(folder.resolve("deep/down"));
        Files.createSymbolicLink(folder.resolve("data/link"), folder.resolve("deep/down"));
        Path moved = tables.<Path>with("climbing", table -> {
            DataFile file = IcebergTables.files(table).getFirst();
            Path from = LocalFileIO.path(file.location());
            Path to = folder.resolve("deep").resolve(from.getFileName());
            try {
                Files.move(from, to);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            DataFile climbing = DataFiles.builder(table.spec())
                    .copy(file)
                    .withPath(folder + "/data/link/../" + to.getFileName())
                    .build();
            table.newRewrite().deleteFile(file).addFile(climbing).commit();
            return to;
        });
        age(folder);

        JsonNode report = tables.act("climbing", "remove-orphans", "{}").json();

        assertThat(moved).as(report.toString()).exists();
        assertThat(tables.rows("climbing")).isEqualTo("[[1]]");
    }

    @Test
    void removesNothingWhereALocationCantBeFollowed() throws IOException {
        tables.fill("astray", 1);
        Path folder = tables.folder("astray");
        Path orphan = litter(folder.resolve("data/left.parquet"), Duration.ofDays(4));
        tables.<Boolean>with("astray", table -> {
            DataFile file = IcebergTables.files(table).getFirst();
            table.newAppend()
                    .appendFile(DataFiles.builder(table.spec())
                            .copy(file)
                            .withPath(folder + "/missing/../data/left.parquet")
                            .build())
                    .commit();
            return true;
        });

        Reply reply = tables.act("astray", "remove-orphans", "{}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.details()).contains(folder + "/missing/../data can't be resolved");
        assertThat(orphan).exists();
    }

    @Test
    void followsNoLinkOutOfTheTable() throws IOException {
        tables.fill("links", 1);
        Path folder = tables.folder("links");
        Path outside = litter(server.home().resolve("outside/precious.txt"), Duration.ofDays(400));
        Files.createSymbolicLink(folder.resolve("data/way-out"), outside.getParent());
        Files.createSymbolicLink(folder.resolve("data/file-out"), outside);

        JsonNode report = tables.act("links", "remove-orphans", "{}").json();

        assertThat(report.at("/orphan_files/count").asLong()).isZero();
        assertThat(outside).exists();
    }

    @Test
    void leavesTheFilesOfACommitWhoseEndIsNotKnown() throws IOException {
        tables.fill("unsettled", 1);
        Path staged = litter(tables.folder("unsettled").resolve("data/staged.parquet"), Duration.ofDays(30));
        UUID table = tables.<UUID>with("unsettled", Table::uuid);
        CommitJournal journal = new CommitJournal(server.home().resolve("lake").resolve("commits"));
        CommitIntent intent = new CommitIntent(
                UUID.randomUUID(),
                new TableName("oleander", "default", "unsettled"),
                table,
                CommitIntent.Effect.CHANGES,
                List.of(staged.toString()));
        journal.open(intent).close();

        tables.act("unsettled", "remove-orphans", "{}");
        assertThat(staged).exists();

        journal.close(intent.run());
        tables.act("unsettled", "remove-orphans", "{}");
        assertThat(staged).doesNotExist();
    }

    @Test
    void refusesATableThatHoldsAnother() {
        try (JdbcCatalog catalog = TestLake.careless(server.home())) {
            Schema schema = new Schema(Types.NestedField.optional(1, "x", Types.LongType.get()));
            String around = server.home() + "/lake/warehouse/around";
            catalog.buildTable(TableIdentifier.of("default", "outer"), schema)
                    .withLocation(around)
                    .create();
            catalog.buildTable(TableIdentifier.of("default", "inner"), schema)
                    .withLocation(around + "/inner")
                    .create();
            catalog.buildTable(TableIdentifier.of("default", "everything"), schema)
                    .withLocation(server.home().toString())
                    .create();
            assertThat(refusal("outer")).contains("the table default.", "would be taken for orphans");
            assertThat(refusal("inner")).contains("the table default.", "would be taken for orphans");
            assertThat(refusal("everything")).contains("contains the server's own folder");
            List.of("outer", "inner", "everything")
                    .forEach(name -> catalog.dropTable(TableIdentifier.of("default", name), false));
        }
    }

    @Test
    void goesOnWhereAnotherTableIsBroken() throws IOException {
        tables.fill("sound", 1);
        tables.fill("broken", 1);
        Path orphan = litter(tables.folder("sound").resolve("data/left.parquet"), Duration.ofDays(4));
        Path metadata = LocalFileIO.path(tables.metadataFile("broken"));
        String whole = Files.readString(metadata);
        Files.writeString(metadata, "{}");

        JsonNode report = tables.act("sound", "remove-orphans", "{}").json();

        assertThat(report.path("broken_tables").toString()).isEqualTo("[\"default.broken\"]");
        assertThat(orphan).doesNotExist();
        Reply broken = tables.act("broken", "remove-orphans", "{}");
        assertThat(broken.json().path("code").asText()).isEqualTo("TABLE_METADATA_CORRUPT");
        Files.writeString(metadata, whole);
        assertThat(tables.rows("broken")).isEqualTo("[[1]]");
    }

    @Test
    void guardsTheFilesOfRunsThatTakeLong() {
        assertThat(OrphanOptions.leastAge(Duration.ofHours(24))).hasHours(24);
        assertThat(OrphanOptions.leastAge(Duration.ofMinutes(30))).hasHours(1);
    }

    @Test
    void guardsTheFilesOfRunningWrites() {
        tables.fill("guarded", 1);

        Reply reply = tables.act("guarded", "remove-orphans", "{'olderThan': '30m'}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.error()).startsWith("olderThan is 30m, less than 1h ago: ");
        assertThat(tables.act("guarded", "remove-orphans", "{'olderThan': '0m', 'force': true}")
                        .status())
                .isEqualTo(200);
        assertThat(tables.rows("guarded")).isEqualTo("[[1]]");
    }

    private static String refusal(String table) {
        Reply reply = tables.act(table, "remove-orphans", "{}");
        assertThat(reply.status()).as(reply.text()).isEqualTo(400);
        return reply.details();
    }

    /** Everything of the table could go by its age. */
    private static void age(Path folder) throws IOException {
        for (Path file : files(folder)) {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
        }
    }

    private static Path litter(Path file, Duration age) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "left");
        return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
