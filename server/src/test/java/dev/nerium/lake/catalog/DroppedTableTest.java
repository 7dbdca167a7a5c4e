package dev.nerium.lake.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.TestLake;
import dev.nerium.lake.io.LocalFileIO;
import dev.nerium.lake.name.TableReference;
import dev.nerium.lake.write.SaveMode;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.iceberg.catalog.TableIdentifier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A table that another program dropped after it was loaded. */
@Tag("server")
class DroppedTableTest {
    @TempDir
    private Path home;

    @Test
    void isUnknownToEveryRunAtTheSameTime() throws Exception {
        try (TestLake lake = new TestLake(home, new LocalFileIO());
                EmbeddedCatalog outside = TestLake.outside(home);
                ExecutorService runs = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 20; i++) {
                String name = "dropped" + i;
                lake.write(name, SaveMode.Plain.APPEND, UUID.randomUUID(), 1);
                lake.lake().pin(TableReference.current(TestLake.name(name)));
                outside.dropTable(TableIdentifier.of("default", name), false);

                List<Future<Throwable>> failures = IntStream.range(0, 8)
                        .mapToObj(_ -> runs.submit(() ->
                                catchThrowable(() -> lake.lake().pin(TableReference.current(TestLake.name(name))))))
                        .toList();

                for (Future<Throwable> failure : failures) {
                    assertThat(failure.get())
                            .isInstanceOf(NeriumException.class)
                            .hasMessageContaining("no table 'default." + name + "'");
                }
            }
        }
    }
}
