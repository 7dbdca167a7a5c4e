package dev.nerium.lake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.write.CommitOutcome;
import dev.nerium.lake.write.CommitOutcome.Committed;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.run.RunIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.iceberg.DataFile;
import org.apache.iceberg.DataFiles;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.exceptions.CommitFailedException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many append to one table at once, which the first of them makes, and so does a program that knows nothing of this server. */
@Tag("server")
class ConcurrentAppendsTest {
    private static final int APPENDERS = 16;
    private static final int EACH = 20;
    private static final int OUTSIDE = 15;

    @TempDir
    private Path home;

    private final RunIds ids = new RunIds(Clock.systemUTC());

    @Test
    void allLand() throws Exception {
        try (TestLake lake = new TestLake(home, new LocalFileIO());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> tasks = IntStream.rangeClosed(0, APPENDERS)
                    .<Future<?>>mapToObj(i -> threads.submit(() -> {
                        if (i == APPENDERS) {
                            appendFromOutside(lake);
                        } else {
                            append(lake, i);
                        }
                        return i;
                    }))
                    .toList();
            for (Future<?> task : tasks) {
                task.get();
            }

            assertThat(lake.values("t"))
                    .isEqualTo(LongStream.rangeClosed(0, APPENDERS)
                            .flatMap(i -> LongStream.generate(() -> i).limit(i < APPENDERS ? EACH : OUTSIDE))
                            .boxed()
                            .toList());
            assertThat(lake.orphans("t").stream().filter(file -> !fromOutside(file)))
                    .isEmpty();
            assertThat(lake.unsettled()).isEmpty();
        }
    }

    /** Iceberg leaves the metadata files of its own lost attempts. */
    private static boolean fromOutside(String file) {
        return file.endsWith(".metadata.json");
    }

    private void append(TestLake lake, long value) throws IOException {
        Path file = lake.stage(value).path();
        for (int i = 0; i < EACH; i++) {
            Path staged = Files.copy(file, home.resolve(value + "-" + i + ".parquet"));
            CommitOutcome outcome = lake.lake()
                    .commit(
                            lake.prepare("t", SaveMode.Plain.APPEND),
                            ids.next(),
                            TestLake.staged(new StagedFile(staged, "{}")));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            Committed.class,
                            committed -> assertThat(committed.rows()).isEqualTo(1));
        }
    }

    private void appendFromOutside(TestLake lake) throws IOException {
        Path file = lake.stage(APPENDERS).path();
        try (EmbeddedCatalog outside = TestLake.outside(home)) {
            await().until(() -> outside.tableExists(TableIdentifier.of("default", "t")));
            for (int i = 0; i < OUTSIDE; i++) {
                DataFile copy = file(Files.copy(file, home.resolve("outside-" + i + ".parquet")));
                await().ignoreExceptionsInstanceOf(CommitFailedException.class).until(() -> {
                    outside.loadTable(TableIdentifier.of("default", "t"))
                            .newFastAppend()
                            .appendFile(copy)
                            .commit();
                    return true;
                });
            }
        }
    }

    private static DataFile file(Path path) {
        return DataFiles.builder(PartitionSpec.unpartitioned())
                .withPath(path.toString())
                .withFileSizeInBytes(path.toFile().length())
                .withRecordCount(1)
                .withFormat("parquet")
                .build();
    }
}
