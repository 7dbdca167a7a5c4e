package dev.nerium.lake.scan;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * The position deletes of one data file.
 *
 * @param own delete files of this data file alone
 * @param shared delete files that serve other data files too; their rows name the data file by its location
 * @param location the data file's, as the metadata has it; empty where nothing is shared
 */
public record PositionDeletes(List<Path> own, List<Path> shared, String location, Optional<DeletionVector> vector) {
    public static final PositionDeletes NONE = new PositionDeletes(List.of(), List.of(), "", Optional.empty());

    public PositionDeletes {
        own = List.copyOf(own);
        shared = List.copyOf(shared);
    }

    PositionDeletes at(UnaryOperator<Path> place) {
        return new PositionDeletes(
                own.stream().map(place).toList(),
                shared.stream().map(place).toList(),
                location,
                vector.map(blob -> blob.at(place)));
    }

    boolean isEmpty() {
        return own.isEmpty() && shared.isEmpty() && vector.isEmpty();
    }
}
