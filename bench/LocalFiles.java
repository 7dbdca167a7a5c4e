import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.apache.iceberg.Files;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.io.InputFile;
import org.apache.iceberg.io.OutputFile;
import org.apache.iceberg.jdbc.JdbcCatalog;

/** The files of a home's embedded catalog, as another engine on this machine opens them. */
final class LocalFiles implements FileIO {
    /** Makes the catalog's own tables where they are missing. */
    static JdbcCatalog catalog(Path home) {
        JdbcCatalog catalog = new JdbcCatalog(properties -> new LocalFiles(), null, true);
        catalog.initialize(
                "oleander",
                Map.of(
                        "uri", "jdbc:sqlite:" + home.resolve("lake/catalog.db"),
                        "warehouse", home.resolve("lake/warehouse").toString(),
                        "jdbc.schema-version", "V1"));
        return catalog;
    }

    /** The path of a file that a table may name by a URI. */
    static String path(String location) {
        return location.startsWith("file:") ? URI.create(location).getPath() : location;
    }

    @Override
    public InputFile newInputFile(String path) {
        return Files.localInput(path(path));
    }

    @Override
    public OutputFile newOutputFile(String path) {
        return Files.localOutput(path(path));
    }

    @Override
    public void deleteFile(String path) {
        throw new UnsupportedOperationException("nothing is deleted here");
    }
}
