package dev.nerium.lake.io;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where the files of a home are now that were written when it was elsewhere. The metadata of tables names files by their whole
 * path, in files that are never changed: a path in a former place of the home means the file in its place of today, also where
 * the former place has files of another home.
 *
 * @param home where it is
 * @param former where it was
 * @param original the home of another server of which this one is a copy
 */
public record Relocation(Path home, List<Path> former, Optional<Path> original) {
    /** For files at the paths in their metadata. */
    static final Relocation NONE = at(Path.of("/"));

    public Relocation {
        former = List.copyOf(former);
    }

    /** For a home that was never moved. */
    public static Relocation at(Path home) {
        return new Relocation(home, List.of(), Optional.empty());
    }

    Path apply(Path path) {
        // The longest: a home may have moved into its own former place, or out of it.
        return Stream.concat(Stream.of(home), former.stream())
                .filter(path::startsWith)
                .max(Comparator.comparingInt(Path::getNameCount))
                .filter(place -> !place.equals(home))
                .map(place -> home.resolve(place.relativize(path)))
                .orElse(path);
    }

    /** Whether a file in a former place of the home is one of another home, that is there now. */
    boolean isForeign(Path real) {
        return former.stream()
                        .flatMap(place -> CanonicalPaths.find(place).stream())
                        .anyMatch(real::startsWith)
                && !isAtHome(real);
    }

    /** Whether this home's server may change a file: files outside of a copy may be the original's. */
    boolean mayChange(Path real) {
        return original.isEmpty() || isAtHome(real);
    }

    private boolean isAtHome(Path real) {
        return CanonicalPaths.find(home).filter(real::startsWith).isPresent();
    }
}
