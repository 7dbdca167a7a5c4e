package dev.nerium.lake.rest;

import dev.nerium.error.NeriumException;
import dev.nerium.lake.access.TableRights;
import dev.nerium.lake.rest.CatalogOperation.Access;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The catalogs as the script of one run sees them.
 *
 * @param rights of the run's key
 * @param permission fails where the run may not have that access
 * @param recorder makes changes
 */
public record ScriptCatalog(
        RestCatalogServer catalogs, TableRights rights, Consumer<Access> permission, Recorder recorder) {
    /** Makes a change, and records it. */
    @FunctionalInterface
    public interface Recorder {
        CatalogResponse record(CatalogChange change, Supplier<CatalogResponse> work);
    }

    /** Answers in Iceberg's form, also that something is refused: the script's PyIceberg understands no other. */
    public CatalogResponse answer(String method, String path, Map<String, String> query, String body) {
        try {
            RequestMatcher found = RequestMatcher.find(method, path)
                    .orElseThrow(
                            () -> NeriumException.invalid("A catalog can't be asked " + method + " " + path + "."));
            CatalogRequest call = new CatalogRequest(found.variables(), query, body, Optional.empty());
            permission.accept(catalogs.access(found.operation(), call));
            return CatalogChange.of(found.operation(), call)
                    .map(change -> recorder.record(change, () -> catalogs.answer(found.operation(), call, rights)))
                    .orElseGet(() -> catalogs.answer(found.operation(), call, rights));
        } catch (NeriumException e) {
            return CatalogResponse.failure(e);
        } catch (IllegalArgumentException e) {
            return CatalogResponse.failure(NeriumException.invalid("The path " + path + " can't be decoded."));
        }
    }
}
