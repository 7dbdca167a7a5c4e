package dev.nerium.lake.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.config.ByteSize;
import dev.nerium.config.LakeConfig;
import dev.nerium.lake.Lake;
import dev.nerium.lake.access.AllRights;
import dev.nerium.lake.io.Relocation;
import dev.nerium.lake.io.TemporaryFiles;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.scan.PlannedFile;
import dev.nerium.lake.table.PinnedTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that the server fills itself stay small and in order, however long it runs. */
@Tag("server")
class RecordTableTest {
    private static final String SCHEMA = """
            {"type": "struct", "schema-id": 0, "fields": [
              {"id": 1, "name": "at", "required": false, "type": "timestamptz"},
              {"id": 2, "name": "text", "required": false, "type": "string"},
              {"id": 3, "name": "parts", "required": false, "type": {"type": "list", "element-id": 4,
                "element-required": false, "element": {"type": "struct", "fields": [
                  {"id": 5, "name": "name", "required": false, "type": "string"}]}}}]}
            """;
    private static final Instant DAY = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant LATER = Instant.parse("2100-01-01T00:00:00Z");

    @TempDir
    private Path home;

    private Lake lake;
    private SystemTable table;

    @BeforeEach
    void open() {
        lake = new Lake(
                new LakeConfig(
                        "oleander", true, false, new LakeConfig.PlanCache(10_000), ByteSize.parse("1GiB"), List.of()),
                Map.of(),
                Relocation.at(home));
        table = lake.records("notes", SCHEMA, "at");
        table.create();
    }

    @AfterEach
    void close() {
        lake.close();
    }

    @Test
    void eachDayHasAFileOfItsOwn() {
        table.append(List.of(note(DAY), note(DAY.plus(1, ChronoUnit.DAYS)), note(DAY)), UUID.randomUUID());

        assertThat(files()).extracting(PlannedFile::rows).containsExactlyInAnyOrder(2L, 1L);
    }

    @Test
    void aBatchThatIsSentAgainIsNotWrittenAgain() {
        UUID batch = UUID.randomUUID();
        table.append(List.of(note(DAY)), batch);

        table.append(List.of(note(DAY)), batch);

        assertThat(rows()).isEqualTo(1);
    }

    @Test
    void smallFilesAreReplacedByOne() throws IOException {
        for (int i = 0; i < 8; i++) {
            table.append(List.of(note(DAY.plusSeconds(i))), UUID.randomUUID());
        }

        table.compact();
        table.expireBefore(LATER);

        assertThat(files()).singleElement().extracting(PlannedFile::rows).isEqualTo(8L);
        assertThat(parquetFiles()).isEqualTo(1);
    }

    @Test
    void daysThatArePastGo() throws IOException {
        LongStream.range(0, 5)
                .forEach(day -> table.append(List.of(note(DAY.plus(day, ChronoUnit.DAYS))), UUID.randomUUID()));

        table.deleteBefore(DAY.plus(3, ChronoUnit.DAYS));
        table.expireBefore(LATER);

        assertThat(rows()).isEqualTo(2);
        assertThat(parquetFiles()).isEqualTo(2);
    }

    @Test
    void whatIsKeptDoesNotGrow() throws IOException {
        Duration kept = Duration.ofDays(5);
        for (int day = 0; day < 15; day++) {
            Instant now = DAY.plus(day, ChronoUnit.DAYS);
            for (int batch = 0; batch < 5; batch++) {
                table.append(List.of(note(now.plusSeconds(batch))), UUID.randomUUID());
            }
            table.compact();
            table.deleteBefore(now.minus(kept));
            table.expireBefore(LATER);
        }

        assertThat(rows()).isEqualTo(6 * 5);
        assertThat(parquetFiles()).isEqualTo(6);
        assertThat(filesBelow("metadata")).isLessThan(40);
    }

    /** Also those that older versions wrote without an owner, which belong to no key. */
    @Test
    void aKeySeesTheFilesOfItsOwnRows() throws IOException {
        for (int i = 0; i < 6; i++) {
            table.append(List.of(note(DAY)), UUID.randomUUID());
        }
        SystemTable owned = lake.records(
                "notes",
                SCHEMA.replace(
                        "}]}}}]}",
                        "}]}}}," + " {\"id\": 6, \"name\": \"key_id\", \"required\": false, \"type\": \"string\"}]}"),
                "at");
        assertThat(seenBy("one")).isZero();
        owned.open();
        for (int i = 0; i < 6; i++) {
            owned.append(List.of(noteOf("one"), noteOf("other"), noteOf("other")), UUID.randomUUID());
        }
        assertThat(seenBy("one")).isEqualTo(6);

        owned.compact();
        owned.expireBefore(LATER);

        assertThat(parquetFiles()).isEqualTo(3);
        assertThat(rows()).isEqualTo(24);
        assertThat(seenBy("one")).isEqualTo(6);
        assertThat(seenBy("other")).isEqualTo(12);
        assertThat(seenBy("")).isZero();
    }

    private static Map<String, Object> noteOf(String key) {
        Map<String, Object> note = new HashMap<>(note(DAY));
        note.put("key_id", key);
        return note;
    }

    private long seenBy(String key) {
        PinnedTable pinned = lake.as(new AllRights(Optional.of(key)))
                .pin(TableReference.current(new TableName("oleander", "telemetry", "notes")));
        assertThat(lake.count(pinned)).isPresent();
        return lake.count(pinned).orElseThrow();
    }

    private static Map<String, Object> note(Instant at) {
        return Map.of("at", at, "text", "note", "parts", List.of(Map.of("name", "part")));
    }

    private List<PlannedFile> files() {
        PinnedTable pinned = lake.pin(TableReference.current(new TableName("oleander", "telemetry", "notes")));
        try (TemporaryFiles scratch = lake.scratch()) {
            return lake.plan(pinned, Optional.empty(), OptionalLong.empty(), scratch)
                    .files();
        }
    }

    private long rows() {
        return files().stream().mapToLong(PlannedFile::rows).sum();
    }

    private long parquetFiles() throws IOException {
        return filesBelow("data");
    }

    private long filesBelow(String folder) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("lake/warehouse/telemetry/notes/" + folder))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.toString().endsWith(".crc"))
                    .count();
        }
    }
}
