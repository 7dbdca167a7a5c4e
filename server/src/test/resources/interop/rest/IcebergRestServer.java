import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.aws.s3.S3FileIO;
import org.apache.iceberg.aws.s3.S3FileIOAwsClientFactory;
import org.apache.iceberg.catalog.Catalog;
import org.apache.iceberg.io.FileIO;
import org.apache.iceberg.jdbc.JdbcCatalog;
import org.apache.iceberg.rest.HTTPRequest;
import org.apache.iceberg.rest.RESTCatalogAdapter;
import org.apache.iceberg.rest.RESTCatalogServlet;
import org.apache.iceberg.rest.RESTResponse;
import org.apache.iceberg.rest.credentials.ImmutableCredential;
import org.apache.iceberg.rest.responses.ErrorResponse;
import org.apache.iceberg.rest.responses.LoadTableResponse;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The REST catalog of Iceberg's own tests, on loopback. Arguments: its folder; where its tables are in S3, also their warehouse,
 * the store's address and key, and how it vends that: config, credentials, session or nothing. Prints its port, and ends with its input.
 */
public final class IcebergRestServer {
    public static void main(String[] arguments) throws Exception {
        boolean local = arguments.length == 1;
        JdbcCatalog catalog = local
                ? new JdbcCatalog()
                : new JdbcCatalog(ignored -> store(arguments[2], arguments[3], arguments[4]), null, true);
        catalog.setConf(new Configuration());
        catalog.initialize(
                "rest",
                Map.of(
                        "uri", "jdbc:sqlite:" + arguments[0] + "/catalog.db",
                        "warehouse", local ? arguments[0] + "/warehouse" : arguments[1],
                        "jdbc.schema-version", "V1"));
        ServletContextHandler context = new ServletContextHandler();
        RESTCatalogAdapter adapter = local ? new RESTCatalogAdapter(catalog) : new Vending(catalog, arguments);
        context.addServlet(new ServletHolder(new RESTCatalogServlet(adapter)), "/*");
        Server server = new Server(new InetSocketAddress("127.0.0.1", 0));
        server.setHandler(context);
        server.start();
        System.out.println(((ServerConnector) server.getConnectors()[0]).getLocalPort());
        System.in.read();
        System.exit(0);
    }

    private static FileIO store(String endpoint, String key, String secret) {
        S3FileIO files = new S3FileIO();
        files.initialize(Map.of(
                "s3.client-factory-impl", Clients.class.getName(), "endpoint", endpoint, "key", key, "secret", secret));
        return files;
    }

    /** Iceberg's own factory needs Amazon's clients of other services, too. */
    public static final class Clients implements S3FileIOAwsClientFactory {
        private Map<String, String> properties = Map.of();

        @Override
        public void initialize(Map<String, String> given) {
            properties = given;
        }

        @Override
        public S3Client s3() {
            AwsBasicCredentials key = AwsBasicCredentials.create(properties.get("key"), properties.get("secret"));
            return S3Client.builder()
                    .endpointOverride(URI.create(properties.get("endpoint")))
                    .forcePathStyle(true)
                    .region(Region.US_EAST_1)
                    .httpClientBuilder(ApacheHttpClient.builder())
                    .credentialsProvider(StaticCredentialsProvider.create(key))
                    .build();
        }

        @Override
        public S3AsyncClient s3Async() {
            throw new UnsupportedOperationException();
        }
    }

    /** Gives the key along with each table. */
    private static final class Vending extends RESTCatalogAdapter {
        private final String[] arguments;

        Vending(Catalog catalog, String[] arguments) {
            super(catalog);
            this.arguments = arguments;
        }

        @Override
        protected <T extends RESTResponse> T execute(
                HTTPRequest request,
                Class<T> type,
                Consumer<ErrorResponse> errors,
                Consumer<Map<String, String>> headers) {
            T response = super.execute(request, type, errors, headers);
            return response instanceof LoadTableResponse table ? type.cast(with(table)) : response;
        }

        private LoadTableResponse with(LoadTableResponse table) {
            LoadTableResponse.Builder more = LoadTableResponse.builder()
                    .withTableMetadata(table.tableMetadata())
                    .addAllConfig(table.config())
                    .addConfig("s3.endpoint", arguments[2])
                    .addConfig("s3.path-style-access", "true")
                    .addConfig("s3.client-factory-impl", "evil.Factory");
            Map<String, String> key = Map.of("s3.access-key-id", arguments[3], "s3.secret-access-key", arguments[4]);
            switch (arguments[5]) {
                case "config" -> more.addAllConfig(key);
                case "credentials" ->
                    more.addCredential(ImmutableCredential.builder()
                            .prefix(arguments[1])
                            .putAllConfig(key)
                            .build());
                case "session" ->
                    more.addCredential(ImmutableCredential.builder()
                            .prefix(arguments[1])
                            .putAllConfig(key)
                            .putConfig("s3.session-token", "canary-session-token")
                            .build());
                default -> {}
            }
            return more.build();
        }
    }
}
