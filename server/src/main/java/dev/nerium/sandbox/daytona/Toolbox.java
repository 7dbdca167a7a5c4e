package dev.nerium.sandbox.daytona;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.nerium.sandbox.daytona.RestClient.Repeatable;
import dev.nerium.sandbox.daytona.RestClient.RestResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Files and commands of one sandbox. Paths are below its working folder. Thread-safe. */
final class Toolbox {
    private static final int NOT_FOUND = 404;
    private static final String SESSION = "nerium";

    private final RestClient http;
    private final URI url;

    Toolbox(RestClient http, URI url) {
        this.http = http;
        this.url = url;
    }

    void makeFolder(String path) throws IOException {
        http.post(uri("/files/folder?mode=755&path=" + Daytona.encoded(path)), empty(), Repeatable.YES);
    }

    void upload(byte[] content, String path) throws IOException {
        upload(BodyPublishers.ofByteArray(content), path);
    }

    void upload(Path file, String path) throws IOException {
        upload(BodyPublishers.ofFile(file), path);
    }

    private void upload(BodyPublisher content, String path) throws IOException {
        String boundary = "nerium-" + UUID.randomUUID();
        String head = """
                --%s\r
                Content-Disposition: form-data; name="file"; filename="content"\r
                Content-Type: application/octet-stream\r
                \r
                """.formatted(boundary);
        BodyPublisher body = BodyPublishers.concat(
                BodyPublishers.ofString(head), content, BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
        http.upload(
                uri("/files/upload-v2?path=" + Daytona.encoded(path)),
                "multipart/form-data; boundary=" + boundary,
                body);
    }

    /** A file's content, or empty while there is none. */
    Optional<byte[]> read(String path, int most) throws IOException {
        try (InputStream in = open(path, most).body()) {
            byte[] content = in.readNBytes(most + 1);
            requireSize(content.length, path, most);
            return Optional.of(content);
        } catch (DaytonaException e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void download(String path, Path target, long most) throws IOException {
        RestResponse answer = open(path, most);
        try (InputStream in = answer.body();
                OutputStream out = Files.newOutputStream(target)) {
            long left = most;
            byte[] piece = new byte[1 << 16];
            for (int count = in.read(piece); count >= 0; count = in.read(piece)) {
                left -= count;
                requireSize(most - left, path, most);
                out.write(piece, 0, count);
            }
            if (answer.length() >= 0 && most - left != answer.length()) {
                throw new DaytonaException("The file " + path + " arrived incomplete", 0);
            }
        }
    }

    private RestResponse open(String path, long most) throws IOException {
        RestResponse answer = http.download(uri("/files/download?path=" + Daytona.encoded(path)));
        if (answer.length() > most) {
            answer.body().close();
            requireSize(answer.length(), path, most);
        }
        return answer;
    }

    private static void requireSize(long size, String path, long most) throws DaytonaException {
        if (size > most) {
            throw new DaytonaException("The file %s has more than %d bytes".formatted(path, most), 0);
        }
    }

    /** Starts a command; returns its id. */
    String start(String command) throws IOException {
        http.post(
                uri("/process/session"),
                JsonNodeFactory.instance.objectNode().put("sessionId", SESSION),
                Repeatable.NO);
        return http.post(
                        uri("/process/session/" + SESSION + "/exec"),
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("command", command)
                                .put("runAsync", true),
                        Repeatable.NO)
                .path("cmdId")
                .asText();
    }

    /** The exit code of a command, after it ended. */
    OptionalInt exitCode(String command) throws IOException {
        JsonNode code = http.get(uri("/process/session/" + SESSION + "/command/" + command))
                .path("exitCode");
        return code.isInt() ? OptionalInt.of(code.asInt()) : OptionalInt.empty();
    }

    /** The output of a command. */
    String output(String command, int most) throws IOException {
        URI logs = uri("/process/session/" + SESSION + "/command/" + command + "/logs");
        try (InputStream in = http.download(logs).body()) {
            String text = new String(in.readNBytes(most), StandardCharsets.UTF_8);
            return text;
        }
    }

    private URI uri(String path) {
        return URI.create(url + path);
    }

    private static JsonNode empty() {
        return JsonNodeFactory.instance.objectNode();
    }
}
