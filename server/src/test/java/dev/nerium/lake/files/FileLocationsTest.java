package dev.nerium.lake.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.nerium.config.ByteSize;
import dev.nerium.config.ConfigException;
import dev.nerium.config.ExternalConfig;
import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths of files outside of the lake, most of them of users who want to read something else. */
class FileLocationsTest {
    @TempDir
    private Path folder;

    private Path landing;
    private Path home;
    private Path secret;

    @BeforeEach
    void fill() throws IOException {
        landing = Files.createDirectory(folder.resolve("land"));
        home = Files.createDirectory(folder.resolve("home"));
        write(landing.resolve("a.csv"), "a");
        Path other = Files.createDirectory(folder.resolve("landing2"));
        secret = write(other.resolve("secret.csv"), "secret");
    }

    @Test
    void readsAFileBelowALocation() {
        assertThat(read("/a.csv")).containsExactly("a");
    }

    @Test
    void readsThroughLinksThatStayBelowTheLocation() throws IOException {
        write(Files.createDirectory(landing.resolve("day")).resolve("b.csv"), "b");
        Files.createSymbolicLink(landing.resolve("latest"), landing.resolve("day"));
        Files.createSymbolicLink(landing.resolve("b.csv"), Path.of("latest/b.csv"));

        assertThat(read("/latest/b.csv")).containsExactly("b");
        assertThat(read("/b.csv")).containsExactly("b");
    }

    @Test
    void readsALocationThatIsALinkItself() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), landing);

        assertThat(read(locations(link), link + "/a.csv")).containsExactly("a");
        refuses(locations(link), landing + "/a.csv", "it is not below an allowed location");
    }

    @Test
    void readsNamesInAnyScript() throws IOException {
        write(landing.resolve("größe 数.csv"), "u");
        write(landing.resolve("%2e%2e"), "percent");

        assertThat(read("/größe 数.csv")).containsExactly("u");
        assertThat(read("/%2e%2e")).containsExactly("percent");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/etc/passwd",
                "/proc/self/environ",
                "/proc/1/root/etc/passwd",
                "/",
                "LANDING",
                "LANDING2/secret.csv",
            })
    void readsNothingOutside(String text) {
        String path = text.replace("LANDING2", folder + "/landing2").replace("LANDING", landing.toString());

        refuses(locations(landing), path, "it is not below an allowed location");
    }

    @Test
    void readsNothingWithoutLocations() {
        FileLocations none = new FileLocations(new ExternalConfig(List.of(), 10, ByteSize.parse("1MiB")), home);

        refuses(none, landing + "/a.csv", "this server has no allowed locations");
    }

    @Test
    void showsNoFolderOfTheOperator() {
        assertThatThrownBy(() -> locations(landing).find("read_csv", "/etc/passwd", 10))
                .isInstanceOfSatisfying(
                        NeriumException.class,
                        refusal -> assertThat(refusal.message() + refusal.details())
                                .doesNotContain(folder.toString()));
    }

    @Test
    void takesNoStepsUpNorOtherKindsOfPaths() {
        refuses("/../landing2/secret.csv", "the path has the step ..");
        refuses("/x/../a.csv", "the path has the step ..");
        refuses("/a\0.csv", "the text can't be a path on the server");
        refuses(locations(landing), "a.csv", "the path is not absolute");
        refuses(locations(landing), "", "the path is not absolute");
        refuses(locations(landing), "s3://bucket/a.csv", "only files of the server's own disks can be read");
        refuses(locations(landing), "file:///etc/passwd", "only files of the server's own disks can be read");
        refuses("/" + "x".repeat(5000), "there is no such file");
    }

    @Test
    void followsNoLinkOutOfTheLocationAndTellsNothingAboutItsTarget() throws IOException {
        Files.createSymbolicLink(landing.resolve("secret.csv"), secret);
        Files.createSymbolicLink(landing.resolve("nothing.csv"), folder.resolve("nothing"));
        Files.createSymbolicLink(landing.resolve("out"), folder.resolve("landing2"));
        Files.createSymbolicLink(landing.resolve("loop"), landing.resolve("loop"));
        Files.createSymbolicLink(landing.resolve("self"), Path.of("/proc/self"));

        for (String path :
                List.of("/secret.csv", "/nothing.csv", "/out/secret.csv", "/out/none", "/loop", "/self/environ")) {
            refuses(path, "the path leads out of its location, or a link in it leads to no file");
        }
        refuses("/out/*.csv", "the path leads out of its location, or a link in it leads to no file");
        refuses("/*/secret.csv", "the path leads out of its location, or a link in it leads to no file");
    }

    @Test
    void readsNothingOfTheServersHomeInALocationAroundIt() throws IOException {
        write(home.resolve("state.db"), "keys");
        Files.createSymbolicLink(folder.resolve("way"), home);

        for (String path : List.of("/home/state.db", "/way/state.db", "/home/*", "/*/state.db", "/**/*.db")) {
            refuses(
                    locations(folder),
                    folder + path,
                    "the path leads out of its location, or a link in it leads to no file");
        }
        assertThat(read(locations(folder), folder + "/land/*.csv")).containsExactly("a");
    }

    @Test
    void readsRegularFilesOnly() throws Exception {
        Files.createDirectory(landing.resolve("folder.csv"));
        Process made = new ProcessBuilder("mkfifo", landing.resolve("pipe.csv").toString()).start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        Files.createSymbolicLink(landing.resolve("null.csv"), Path.of("/dev/null"));

        refuses("/folder.csv", "it is a folder");
        refuses("/pipe.csv", "it is not a regular file");
        refuses("/null.csv", "the path leads out of its location, or a link in it leads to no file");
        refuses("/p*.csv", "it is not a regular file");
    }

    @Test
    void findsTheFilesOfAPatternInOrder() throws IOException {
        for (String name : List.of("b.csv", "é.csv", "B.csv", ".hidden.csv", "a[1].csv", "c.txt")) {
            write(landing.resolve(name), name);
        }
        Path day = Files.createDirectories(landing.resolve("2026/11"));
        write(day.resolve("z.csv"), "z");

        assertThat(read("/*.csv")).containsExactly("B.csv", "a", "a[1].csv", "b.csv", "é.csv");
        assertThat(read("/?.csv")).containsExactly("B.csv", "a", "b.csv", "é.csv");
        assertThat(read("/[ab].csv")).containsExactly("a", "b.csv");
        assertThat(read("/[!a]*.txt")).containsExactly("c.txt");
        assertThat(read("/a[[]1].csv")).containsExactly("a[1].csv");
        assertThat(read("/.*")).containsExactly(".hidden.csv");
        assertThat(read("/*/*/z.csv")).containsExactly("z");
        assertThat(read("/**/*.csv")).containsExactly("z", "B.csv", "a", "a[1].csv", "b.csv", "é.csv");
        assertThat(read("/20*/**")).containsExactly("z");
        refuses("/*.parquet", "no file matches");
        refuses("/none/*.csv", "no file matches");
        refuses("/{a,b}.csv", "there is no such file");
        refuses("/[a.csv", "the pattern is not complete");
    }

    @Test
    void aPatternEndsAtTheLimitOfFiles() throws IOException {
        for (int number = 0; number < 10_000; number++) {
            write(landing.resolve("f" + number), "");
        }

        assertThat(locations(landing).find("read_csv", landing + "/f*", 10_000)).hasSize(10_000);
        assertThatThrownBy(() -> locations(landing).find("read_csv", landing + "/*", 10_000))
                .hasMessageContaining("more than 10000 files match, the number that the run may still read.");
    }

    @Test
    void aHugeFileIsRefusedBeforeItIsCopied() throws IOException {
        try (RandomAccessFile sparse =
                new RandomAccessFile(landing.resolve("huge").toFile(), "rw")) {
            sparse.setLength(1L << 40);
        }

        refuses("/huge", "the run would read more bytes from files than allowed");
    }

    @Test
    void aFileThatChangesWhileItIsCopiedIsRefused() throws IOException {
        Path file = landing.resolve("changing");
        FoundFile found = new FoundFile(
                file, FileLocation.of(landing, home).orElseThrow(), new Refusals("read_csv", file.toString()));
        for (int length : new int[] {0, 1 << 10, 1 << 20, 1 << 21}) {
            Files.write(file, new byte[1 << 20]);

            // Called before the file is copied.
            assertThatThrownBy(() -> found.copy(target(), 1 << 30, () -> rewrite(file, length)))
                    .hasMessageContaining("the file changed while it was read.");
        }
        assertThat(found.copy(target(), 1 << 30, () -> false)).isEqualTo(1 << 21);
    }

    @Test
    void whatWasFoundIsCheckedAgainWhenItIsOpened() throws IOException {
        FoundFile found =
                locations(landing).find("read_csv", landing + "/a.csv", 1).getFirst();
        Files.delete(landing.resolve("a.csv"));
        Files.createSymbolicLink(landing.resolve("a.csv"), secret);

        assertThatThrownBy(() -> found.copy(target(), 100, () -> false))
                .hasMessageContaining("the path leads out of its location");
    }

    @Test
    void aFileThatTheServerMayNotReadIsRefused() throws IOException {
        Files.setPosixFilePermissions(landing.resolve("a.csv"), PosixFilePermissions.fromString("---------"));
        assumeFalse(Files.isReadable(landing.resolve("a.csv")), "root reads every file");

        refuses("/a.csv", "the server has no permission");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data", "", "/", "/data/../etc", "s3://bucket/x", "/data/./x"})
    void aLocationIsTheAbsolutePathOfAFolder(String location) {
        assertThatThrownBy(() -> new ExternalConfig(List.of(location), 10, ByteSize.parse("1MiB")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("external.locations has '" + location + "'");
    }

    private static boolean rewrite(Path file, int length) {
        try {
            Files.write(file, new byte[length]);
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> read(String path) {
        return read(locations(landing), landing + path);
    }

    private List<String> read(FileLocations locations, String path) {
        return locations.find("read_csv", path, 100).stream().map(this::content).toList();
    }

    private String content(FoundFile found) {
        try {
            Path copy = target();
            found.copy(copy, 1 << 20, () -> false);
            return Files.readString(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void refuses(String path, String why) {
        refuses(locations(landing), landing + path, why);
    }

    private void refuses(FileLocations locations, String path, String why) {
        assertThatThrownBy(() -> read(locations, path))
                .as(path)
                .isInstanceOfSatisfying(NeriumException.class, refusal -> {
                    assertThat(refusal.message())
                            .startsWith("read_csv() can't read '")
                            .endsWith("': " + why + ".");
                    assertThat(refusal.code()).isEqualTo(ErrorCode.QUERY_FAILED);
                    assertThat(refusal.details()).isPresent();
                });
    }

    private Path target() throws IOException {
        return Files.createTempDirectory(folder, "copy").resolve("file");
    }

    private FileLocations locations(Path location) {
        return new FileLocations(new ExternalConfig(List.of(location.toString()), 100, ByteSize.parse("1GiB")), home);
    }

    private static Path write(Path file, String text) throws IOException {
        return Files.writeString(file, text);
    }
}
