package dev.nerium.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.nerium.TestCertificate;
import dev.nerium.TestServer;
import dev.nerium.cli.Ran;
import dev.nerium.config.ConfigException;
import dev.nerium.http.RawClient.Response;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.logging.StreamHandler;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTPS: certificates of each kind, new ones while the server runs, and the limits of connections below TLS. */
@Tag("server")
@Timeout(180)
class TlsTest {
    private static final int PER_ADDRESS = 8;
    private static final String HEALTH = "GET /health HTTP/1.1\r\nHost: x\r\n\r\n";

    private static final String PYTHON = """
            import ssl, sys, urllib.request
            import httpx, pyarrow as pa
            from pyiceberg.catalog import load_catalog

            url, key, authority = sys.argv[1:]
            context = ssl.create_default_context(cafile=authority)
            catalog = load_catalog(
                "lake", type="rest", uri=url + "/iceberg", token=key, warehouse="oleander", ssl={"cabundle": authority}
            )
            catalog.create_namespace("py")
            table = catalog.create_table("py.visits", pa.schema([("n", pa.int64())]))
            table.append(pa.table({"n": [1, 2]}))
            print(
                urllib.request.urlopen(url + "/health", context=context).status,
                httpx.get(url + "/health", verify=context).status_code,
                catalog.load_table("default.flowers").scan(row_filter="species = 'setosa'").to_arrow().num_rows,
                catalog.load_table("py.visits").scan().to_arrow()["n"].to_pylist(),
            )
            """;

    @TempDir
    static Path folder = Path.of("");

    private static TestCertificate certificate;
    private static TestServer server;

    @BeforeAll
    static void start() {
        certificate = TestCertificate.create(folder, "server", "EC");
        Map<String, String> settings = new HashMap<>(certificate.settings());
        settings.put("http.max-connections", "32");
        settings.put("http.max-connections-per-address", String.valueOf(PER_ADDRESS));
        settings.put("http.header-timeout", "3s");
        settings.put("http.idle-timeout", "1s");
        settings.put("http.stall-timeout", "1s");
        settings.put("results.inline-bytes", "64MiB");
        settings.put("results.inline-rows", "10000000");
        server = TestServer.start(settings);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void eachKindOfKeyServesBothVersionsOfTls(String algorithm) throws Exception {
        TestCertificate own = TestCertificate.create(folder, "kind-" + algorithm, algorithm);
        Path home = TestServer.newHome();
        try (TestServer other = TestServer.start(home, own.settings())) {
            assertThat(other.url().getScheme()).isEqualTo("https");
            for (String version : List.of("TLSv1.2", "TLSv1.3")) {
                // Java offers Ed25519 with TLS 1.3 only, by default.
                if (!algorithm.equals("Ed25519") || version.equals("TLSv1.3")) {
                    SSLParameters parameters = new SSLParameters();
                    parameters.setProtocols(new String[] {version});
                    try (HttpClient client = HttpClient.newBuilder()
                            .sslContext(own.trust())
                            .sslParameters(parameters)
                            .build()) {
                        HttpResponse<String> reply = client.send(
                                HttpRequest.newBuilder(other.url().resolve("/health"))
                                        .build(),
                                BodyHandlers.ofString());
                        assertThat(reply.statusCode()).isEqualTo(200);
                        assertThat(reply.sslSession().orElseThrow().getProtocol())
                                .isEqualTo(version);
                    }
                }
            }
            assertThat(Ran.with(
                                    Map.of("NERIUM_HOME", home.toString()),
                                    "polars",
                                    "SELECT 1 AS one FROM default.flowers LIMIT 1")
                            .out())
                    .contains("one", "1");
        }
    }

    @Test
    void clientsOfOthersNeedTheCertificateOfTheAuthorityOnly() throws IOException {
        TestCertificate issued = TestCertificate.issued(folder, "issued", 30, 30, "dns:localhost,ip:127.0.0.1");
        String authority = issued.authority().toString();
        try (TestServer other = TestServer.start(issued.settings())) {
            String health = other.url().resolve("/health").toString();

            assertThat(output("curl", "--silent", "--show-error", "--fail", "--cacert", authority, health))
                    .contains("\"server\"");
            assertThat(output("curl", "--silent", "--show-error", "--fail", health))
                    .contains("curl: (60)");
            assertThat(output(
                            System.getenv("NERIUM_DEV_PYTHON"),
                            "-c",
                            PYTHON,
                            other.url().toString(),
                            other.key(),
                            authority))
                    .endsWith("200 200 50 [1, 2]\n");
            assertThat(Ran.with(
                            Map.of(
                                    "NERIUM_URL", other.url().toString(),
                                    "NERIUM_KEY", other.key(),
                                    "NERIUM_CA_FILE", authority),
                            "polars",
                            "SELECT sum(n) AS s FROM py.visits"))
                    .satisfies(ran -> assertThat(ran.exit()).as(ran.err()).isZero())
                    .satisfies(ran -> assertThat(ran.out()).contains("3"));
        }
    }

    private static String output(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // Variables that add authorities, or replace those of the command.
        builder.environment().keySet().removeAll(Set.of("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"));
        Process process = builder.start();
        try (InputStream printed = process.getInputStream()) {
            return new String(printed.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void theCommandLineTrustsAFileOfCertificatesAndNoOther() {
        TestCertificate other = TestCertificate.create(folder, "other", "EC");
        TestCertificate expired = TestCertificate.issued(folder, "expired", 5, 30, "ip:127.0.0.1");
        String refused = "the certificate of " + server.url() + " is not accepted: it was not issued by an authority";

        Ran trusted = list(server.url(), certificate.certificate());
        Ran wrong = list(server.url(), other.certificate());

        assertThat(trusted.err()).isEmpty();
        assertThat(trusted.exit()).isZero();
        assertThat(wrong.exit()).isEqualTo(1);
        assertThat(wrong.err()).contains(refused, "--ca-file or NERIUM_CA_FILE");
        assertThat(Ran.with(Map.of(), "runs", "list", "--url", server.url().toString(), "--key", server.key())
                        .err())
                .contains(refused);
        assertThat(list(server.url(), certificate.key()).err()).contains("the file of certificates", "can't be read");
        assertThat(list(server.url(), expired.authority()).err())
                .contains("all certificates in " + expired.authority() + " have expired; the first was valid until ");
        URI plain = URI.create("http://127.0.0.1:" + server.url().getPort());
        assertThat(list(plain, certificate.certificate()).err())
                .contains("the connection to " + plain + " failed", "if the server has TLS, use an https URL.")
                .doesNotContainPattern("[\\p{Cntrl}&&[^\n]]");
    }

    @Test
    void theCommandLineRefusesCertificatesThatExpiredOrAreForOthers() {
        TestCertificate expired = TestCertificate.issued(folder, "late", 30, 5, "ip:127.0.0.1");
        TestCertificate elsewhere = TestCertificate.issued(folder, "elsewhere", 30, 30, "dns:nerium.example.com");
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Logged _ = new Logged(log);
                TestServer late = TestServer.startIdle(expired.settings());
                TestServer other = TestServer.startIdle(elsewhere.settings())) {
            assertThat(list(late.url(), expired.authority()).err())
                    .contains(
                            "the certificate of " + late.url() + " is not accepted: it has expired",
                            "let the operator of the server renew it.");
            assertThat(list(other.url(), elsewhere.authority()).err())
                    .contains(
                            "the certificate of " + other.url() + " is not accepted: ",
                            "127.0.0.1",
                            "use a URL with a name that the certificate has.");
        }
        assertThat(log.toString(StandardCharsets.UTF_8))
                .contains("The certificate in " + expired.certificate() + " expired at ");
    }

    private static Ran list(URI url, Path authorities) {
        return Ran.with(
                Map.of("NERIUM_KEY", server.key()),
                "runs",
                "list",
                "--url",
                url.toString(),
                "--ca-file",
                authorities.toString());
    }

    @Test
    void aHandshakeThatIsSlowEndsWithItsDeadline() throws Exception {
        try (RawClient silent = new RawClient(server.url());
                RawClient slow = new RawClient(server.url())) {
            // The head of a ClientHello that has 512 bytes.
            CompletableFuture<Void> drip = slow.drip("\u0016\u0003\u0001\u0002\u0000" + "\u0001".repeat(10_000));

            assertThat(silent.isEnded()).isTrue();
            assertThat(slow.isEnded()).isTrue();
            drip.join();
        }
        await().until(() -> tls(HEALTH).status(), status -> status == 200);
    }

    @Test
    void aClientWithoutTlsIsDisconnected() throws IOException {
        try (RawClient plain = new RawClient(server.url())) {
            assertThat(plain.send(HEALTH).isEnded()).isTrue();
        }
    }

    @Test
    void versionsBeforeTls12AreRefused() throws IOException {
        byte[] hello = HexFormat.of()
                .parseHex("16030100310100002d0302" + "07".repeat(32) + "00" + "0006c013c00a002f" + "0100");
        for (int version : new int[] {0x00, 0x01, 0x02}) {
            hello[10] = (byte) version;
            try (Socket old = RawClient.connect(server.url(), "127.0.0.1")) {
                old.getOutputStream().write(hello);
                byte[] alert = old.getInputStream().readNBytes(7);
                // A fatal alert, protocol_version.
                assertThat(HexFormat.of().formatHex(alert)).matches("1503..00020246");
            }
        }
    }

    @Test
    void aClientCantRequestOneHandshakeAfterTheOther() throws Exception {
        try (SSLSocket socket = connect("TLSv1.2")) {
            socket.startHandshake();
            RawClient client = new RawClient(socket);
            assertThat(client.send(HEALTH).response().orElseThrow().status()).isEqualTo(200);

            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        client.send(HEALTH).response();
                    })
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("handshake_failure");
        }
    }

    @Test
    void fragmentsAreReadAndDamagedRecordsEndTheConnection() throws Exception {
        try (Socket tcp = RawClient.connect(server.url(), "127.0.0.1");
                SSLSocket socket = layered(tcp)) {
            socket.startHandshake();
            RawClient client = new RawClient(socket);
            for (int i = 0; i < HEALTH.length(); i++) {
                client.send(HEALTH.substring(i, i + 1));
            }
            assertThat(client.response().orElseThrow().status()).isEqualTo(200);
            // Application data that no one encrypted, longer than a record may be.
            tcp.getOutputStream().write(HexFormat.of().parseHex("170303ffff" + "00".repeat(64)));
            tcp.getOutputStream().flush();

            assertThatThrownBy(client::response).isInstanceOf(SSLException.class);
        }
        assertThat(tls(HEALTH).status()).isEqualTo(200);
    }

    @Test
    void aBodyThatIsCutOffIsNotRun() throws Exception {
        int before = runs();
        String body = "{\"mode\": \"query\", \"query\": \"SELECT 1 AS cut FROM default.flowers\"}";
        try (Socket tcp = RawClient.connect(server.url(), "127.0.0.1");
                SSLSocket socket = layered(tcp)) {
            socket.startHandshake();
            new RawClient(socket)
                    .send("POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                            + "\r\nContent-Length: " + (body.length() + 1) + "\r\n\r\n" + body);
            // Without the end of TLS.
            tcp.shutdownOutput();
            while (tcp.getInputStream().read() >= 0) {
                // The response is of no interest.
            }
        }
        assertThat(runs()).isEqualTo(before);
    }

    private static int runs() throws IOException {
        String list = tls("GET /api/v1/runs HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key() + "\r\n\r\n")
                .body();
        return list.indexOf("AS cut");
    }

    @Test
    void theServerClosesTheConnectionBelowTlsToo() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (Socket tcp = RawClient.connect(server.url(), "127.0.0.1");
                    SSLSocket socket = layered(tcp)) {
                socket.setEnabledProtocols(new String[] {version});
                RawClient client = new RawClient(socket);
                client.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

                assertThat(client.response().orElseThrow().status()).isEqualTo(200);
                // The client keeps its side open, and reads what comes below TLS.
                while (tcp.getInputStream().read() >= 0) {
                    // The end of TLS.
                }
            }
        }
    }

    @Test
    void aClientThatUsesAPortAgainLeavesNothingBehind() throws IOException {
        await().until(() -> open() == 1);
        int port;
        try (Socket first = RawClient.connect(server.url(), "127.0.3.1")) {
            port = first.getLocalPort();
            first.setSoLinger(true, 0);
        }
        for (int i = 0; i < 3 * PER_ADDRESS; i++) {
            try (Socket again = RawClient.connect(server.url(), new InetSocketAddress("127.0.3.1", port))) {
                // Ends it by a reset, after which the same address can connect at once.
                again.setSoLinger(true, 0);
            }
        }
        await().until(() -> open() == 1);
        List<RawClient> all = new ArrayList<>();
        try {
            for (int i = 0; i < PER_ADDRESS; i++) {
                all.add(new RawClient(server.url(), "127.0.3.1"));
            }
            await().until(() -> open() == 1 + PER_ADDRESS);
        } finally {
            for (RawClient client : all) {
                client.close();
            }
        }
    }

    @Test
    void handshakesCountAsConnections() throws IOException {
        await().until(() -> open() == 1);
        List<RawClient> flood = new ArrayList<>();
        try {
            for (int i = 0; i < PER_ADDRESS; i++) {
                flood.add(new RawClient(server.url(), "127.0.2.1"));
            }
            await().until(() -> open() == 1 + PER_ADDRESS);
            try (RawClient refused = new RawClient(server.url(), "127.0.2.1")) {
                assertThat(refused.isEnded()).isTrue();
            }
        } finally {
            for (RawClient client : flood) {
                client.close();
            }
        }
        await().until(() -> open() == 1);
        for (int i = 0; i < 3 * PER_ADDRESS; i++) {
            assertThat(tls(HEALTH).status()).isEqualTo(200);
        }
    }

    @Test
    void aClientThatDoesNotReadItsResponseIsDisconnected() throws Exception {
        String body = "{\"mode\": \"script\", \"script\": \"result = pl.DataFrame({'a': ['x' * 1000] * 40000})\"}";
        try (RawClient client = new RawClient(server.url(), certificate.trust())) {
            client.send("POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                    + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);

            await().atMost(Duration.ofSeconds(60)).until(() -> open() == 2);
            await().atMost(Duration.ofSeconds(60)).until(() -> open() == 1);
        }
    }

    @Test
    void slowRequestsAndMalformedOnesAreRefusedBelowTls() throws Exception {
        String post =
                "POST /api/v1/warehouse/polars HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key() + "\r\n";

        assertThat(tls(post + "Content-Length: 100\r\n\r\n{").status()).isEqualTo(408);
        assertThat(tls("GET /health HTTP/1.1\r\nHost: x\r\nX-Part").status()).isEqualTo(408);
        try (RawClient client = new RawClient(server.url(), certificate.trust())) {
            List<Response> responses = client.send(
                            post
                                    + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                    .responses();
            assertThat(responses).hasSize(1);
            assertThat(responses.getFirst().status()).isEqualTo(400);
        }
        try (RawClient client = new RawClient(server.url(), certificate.trust())) {
            List<Response> responses = client.send(
                            post + "Transfer-Encoding: chunked\r\n\r\n1;x=y\r\n{\r\n0\r\n\r\n" + HEALTH)
                    .responses();
            assertThat(responses).hasSize(1);
            assertThat(responses.getFirst().status()).isEqualTo(400);
        }
    }

    @Test
    void theEndOfAConnectionIsNotACutOne() throws IOException {
        try (RawClient client = new RawClient(server.url(), certificate.trust())) {
            Response response = client.send("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                    .response()
                    .orElseThrow();

            assertThat(response.status()).isEqualTo(200);
            // Java fails at an end that TLS does not announce.
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void newFilesAreUsedByNewConnectionsHoweverTheyAreReplaced() throws Exception {
        Path first = Files.createDirectory(folder.resolve("first"));
        Path second = Files.createDirectory(folder.resolve("second"));
        TestCertificate one = TestCertificate.create(first, "tls", "EC");
        TestCertificate two = TestCertificate.create(second, "tls", "RSA");
        // As Kubernetes does it: the files are links through a link to a folder, which is replaced.
        Path data = folder.resolve("..data");
        Files.createSymbolicLink(data, first);
        Map<String, String> settings = Map.of(
                "http.tls.certificate", data.resolve("tls.crt").toString(),
                "http.tls.key", data.resolve("tls.key").toString());
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try (Logged _ = new Logged(log);
                TestServer reloading = TestServer.startIdle(settings);
                RawClient old = new RawClient(reloading.url(), one.trust())) {
            assertThat(served(reloading.url())).isEqualTo(one.content());
            assertThat(old.send(HEALTH).response().orElseThrow().status()).isEqualTo(200);

            Path next = Files.createSymbolicLink(folder.resolve("..next"), second);
            Files.move(next, data, StandardCopyOption.ATOMIC_MOVE);
            await().until(() -> served(reloading.url()), two.content()::equals);

            // As certbot does it: one file is renamed after the other; between them they do not belong together.
            TestCertificate three = TestCertificate.create(folder, "three", "Ed25519");
            Files.move(three.certificate(), second.resolve("tls.crt"), StandardCopyOption.REPLACE_EXISTING);
            Path broken = Files.writeString(folder.resolve("broken"), "no key");
            Files.move(broken, second.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
            await().until(
                            () -> log.toString(StandardCharsets.UTF_8),
                            text -> text.contains("The new certificate is not used"));
            assertThat(log.toString(StandardCharsets.UTF_8))
                    .contains("http.tls.key is '" + data.resolve("tls.key") + "', which has no private key");
            assertThat(served(reloading.url())).isEqualTo(two.content());
            assertThat(Ran.with(Map.of("NERIUM_HOME", reloading.home().toString()), "runs", "list")
                            .err())
                    .contains("does not use the certificate in " + data.resolve("tls.crt"));
            Files.move(three.key(), second.resolve("tls.key"), StandardCopyOption.REPLACE_EXISTING);
            await().until(() -> served(reloading.url()), three.content()::equals);
            assertThat(old.send(HEALTH).response().orElseThrow().status()).isEqualTo(200);
        }
    }

    @Test
    void filesThatAreNoPairStopTheStart() throws IOException {
        TestCertificate other = TestCertificate.create(folder, "stranger", "EC");
        Path old = Files.writeString(
                folder.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        Path none = folder.resolve("none.pem");
        String crt = certificate.certificate().toString();
        String key = certificate.key().toString();

        assertRefused(crt, other.key().toString(), "which is not the key of the first certificate in '" + crt + "'");
        assertRefused(
                crt, old.toString(), "which is of the kind RSA PRIVATE KEY: expected -----BEGIN PRIVATE KEY-----");
        assertRefused(crt, crt, "which has no private key");
        assertRefused(
                key,
                key,
                "http.tls.certificate is '" + key + "', which can't be read: expected one or more certificates");
        assertRefused(
                none.toString(),
                key,
                "http.tls.certificate is '" + none + "', which can't be read: check that the file exists");
        assertRefused(crt, "", "http.tls.certificate and http.tls.key belong together: set both, or none");
    }

    private static void assertRefused(String crt, String key, String message) {
        assertThatThrownBy(() -> TestServer.start(Map.of("http.tls.certificate", crt, "http.tls.key", key)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void responsesRestrictWhatABrowserDoesWithThem() throws IOException {
        for (String path : List.of("/health", "/api/v2/me", "/none")) {
            assertThat(tls("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
                            .head()
                            .toLowerCase(Locale.ROOT))
                    .contains(
                            "strict-transport-security: max-age=31536000\r\n",
                            "x-content-type-options: nosniff\r\n",
                            "referrer-policy: no-referrer\r\n",
                            "content-security-policy: default-src 'none'; frame-ancestors 'none'\r\n");
        }
        assertThat(tls("GET /docs HTTP/1.1\r\nHost: x\r\n\r\n").head()).contains("default-src 'self'");
        assertThat(tls("GET /api/v1/environment-variables HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + server.key()
                                + "\r\n\r\n")
                        .head())
                .contains("Cache-Control: no-store\r\n");
    }

    @Test
    void onlyATrustedProxySaysThatThereIsTls() throws IOException {
        try (TestServer plain = TestServer.startIdle(Map.of("http.trusted-proxies", "127.9.0.1"))) {
            assertThat(head(plain.url(), "127.9.0.1")).contains("Strict-Transport-Security");
            assertThat(head(plain.url(), "127.0.0.1")).doesNotContain("Strict-Transport-Security");
        }
    }

    private static String head(URI url, String from) throws IOException {
        try (RawClient client = new RawClient(url, from)) {
            return client.send("GET /health HTTP/1.1\r\nHost: x\r\nX-Forwarded-Proto: https\r\n\r\n")
                    .response()
                    .orElseThrow()
                    .head();
        }
    }

    private static Response tls(String request) throws IOException {
        try (RawClient client = new RawClient(server.url(), certificate.trust())) {
            return client.send(request).response().orElseThrow();
        }
    }

    /** The connections that the server has, with the one of this request. */
    private static int open() throws IOException {
        String ready = tls("GET /ready HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .body();
        return Integer.parseInt(ready.replaceAll("(?s).*\"connections\":\\{\"open\":(\\d+).*", "$1"));
    }

    private static SSLSocket connect(String version) throws IOException {
        SSLSocket socket = layered(RawClient.connect(server.url(), "127.0.0.1"));
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    private static SSLSocket layered(Socket tcp) throws IOException {
        return (SSLSocket) certificate
                .trust()
                .getSocketFactory()
                .createSocket(tcp, server.url().getHost(), server.url().getPort(), true);
    }

    private static X509Certificate served(URI url) throws Exception {
        SSLContext anyone = SSLContext.getInstance("TLS");
        anyone.init(null, new TrustManager[] {new Anyone()}, new SecureRandom());
        try (SSLSocket socket = (SSLSocket)
                anyone.getSocketFactory().createSocket(InetAddress.getByName(url.getHost()), url.getPort())) {
            socket.startHandshake();
            Certificate[] chain = socket.getSession().getPeerCertificates();
            return (X509Certificate) chain[0];
        } catch (SSLHandshakeException e) {
            throw new AssertionError(e);
        }
    }

    /** Collects the log while it is open. */
    private static final class Logged implements AutoCloseable {
        private final Logger root = Logger.getLogger("");
        private final StreamHandler handler;

        Logged(OutputStream out) {
            this.handler = new StreamHandler(out, new SimpleFormatter()) {
                @Override
                public synchronized void publish(LogRecord line) {
                    super.publish(line);
                    flush();
                }
            };
            root.addHandler(handler);
        }

        @Override
        public void close() {
            root.removeHandler(handler);
        }
    }

    /** Accepts each certificate, to look at it. */
    private static final class Anyone implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
