package dev.nerium.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nerium.config.ConfigException;
import dev.nerium.lake.catalog.EmbeddedCatalog;
import dev.nerium.lake.io.Relocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a home is and where it was, kept in {@code home.json}. A home that was moved, and a copy of one, work on their own files;
 * a copy is another server than its original.
 *
 * @param original the server of which this home is a copy
 */
record HomePlace(Relocation relocation, Optional<Original> original) {
    private static final Logger LOG = LoggerFactory.getLogger(HomePlace.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The files that a copy must not share with its original through a link. */
    private static final List<String> OWN =
            List.of("lake", "lake/catalog.db", "lake/warehouse", "lake/commits", "state.db", "results");

    record Original(Path home, String server) {}

    /** Recognises a home that is not where it was at its last start. The caller holds its lock. */
    static HomePlace settle(Path home) throws IOException {
        Path file = home.resolve("home.json");
        HomePlace known = read(file, home);
        Path last = Files.exists(file)
                ? known.relocation().home()
                : EmbeddedCatalog.formerHome(home).orElse(home);
        if (last.equals(home)) {
            if (!Files.exists(file)) {
                write(file, known);
            }
            known.original().ifPresent(original -> becomeAnother(home, original));
            return known;
        }
        Optional<Original> original = copied(last, home).or(known::original);
        HomePlace place =
                new HomePlace(new Relocation(home, former(known, last, home), original.map(Original::home)), original);
        // First: a start that is killed in between must not take its home for a moved one.
        write(file, place);
        original.ifPresent(of -> becomeAnother(home, of));
        LOG.info(
                original.filter(of -> of.home().equals(last)).isPresent()
                        ? "The home {} is a copy of {}: it is a separate server, and changes only its own files."
                        : "The home {} was moved from {}: former paths of its tables are mapped to the present path.",
                home,
                last);
        return place;
    }

    private static List<Path> former(HomePlace known, Path last, Path home) {
        List<Path> former = new ArrayList<>(known.relocation().former());
        former.add(last);
        return former.stream().filter(path -> !path.equals(home)).distinct().toList();
    }

    /** The original of a copied home, if it still exists and is not this home under another path. */
    private static Optional<Original> copied(Path last, Path home) throws IOException {
        Path theirs = last.resolve("server.id");
        Path ours = home.resolve("server.id");
        if (!Files.isReadable(theirs) || !Files.exists(ours) || Files.isSameFile(last, home)) {
            return Optional.empty();
        }
        String id = Files.readString(theirs).strip();
        if (!id.equals(Files.readString(ours).strip())) {
            return Optional.empty();
        }
        requireNoLinks(last, home);
        return Optional.of(new Original(last, id));
    }

    private static void requireNoLinks(Path original, Path home) throws IOException {
        for (String name : OWN) {
            Path theirs = original.resolve(name);
            Path ours = home.resolve(name);
            if (Files.exists(theirs) && Files.exists(ours) && Files.isSameFile(theirs, ours)) {
                throw new ConfigException("The home " + home + " is a copy of " + original + ", but its " + name
                        + " is a link to the original's: copy the target of the link, or start the original.");
            }
        }
    }

    private static void becomeAnother(Path home, Original original) {
        Path id = home.resolve("server.id");
        try {
            if (Files.exists(id) && Files.readString(id).strip().equals(original.server())) {
                Files.delete(id);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The file " + id + " can't be replaced", e);
        }
    }

    private static HomePlace read(Path file, Path home) throws IOException {
        if (!Files.exists(file)) {
            return new HomePlace(Relocation.at(home), Optional.empty());
        }
        try {
            JsonNode said = JSON.readTree(file.toFile());
            List<Path> former = new ArrayList<>();
            said.path("former").forEach(path -> former.add(Path.of(path.asText())));
            JsonNode of = said.path("copy-of");
            Optional<Original> original = of.isObject()
                    ? Optional.of(new Original(
                            Path.of(of.path("home").asText()), of.path("server").asText()))
                    : Optional.empty();
            Path path = Path.of(said.required("path").asText());
            return new HomePlace(new Relocation(path, former, original.map(Original::home)), original);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new ConfigException(
                    "The file " + file + ", which has the former paths of this home, can't be read: restore a"
                            + " copy of it, or delete it: the server then finds the former path in the metadata of its tables.");
        }
    }

    private static void write(Path file, HomePlace place) throws IOException {
        ObjectNode json =
                JSON.createObjectNode().put("path", place.relocation().home().toString());
        place.relocation().former().forEach(path -> json.withArray("former").add(path.toString()));
        place.original()
                .ifPresent(of -> json.putObject("copy-of")
                        .put("home", of.home().toString())
                        .put("server", of.server()));
        Path part = file.resolveSibling(file.getFileName() + ".part");
        Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json));
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
}
