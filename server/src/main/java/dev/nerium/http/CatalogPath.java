package dev.nerium.http;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.TableName;
import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.ServerRequest;
import java.util.function.Supplier;

/** Names of catalogs, namespaces and tables in paths: what they name is found, or is a 404. */
final class CatalogPath {
    static final String CATALOGS = "/api/v1/catalogs";
    static final String NAMESPACES = CATALOGS + "/{catalog}/namespaces";
    static final String TABLES = NAMESPACES + "/{namespace}/tables";
    static final String TABLE = TABLES + "/{table}";

    private CatalogPath() {}

    static TableName table(ServerRequest request) {
        Parameters path = request.path().pathParameters();
        TableName table = new TableName(path.get("catalog"), path.get("namespace"), path.get("table"));
        return TableName.parse(table.toString(), "The path", table.catalog());
    }

    static <T> T found(Supplier<T> look) {
        try {
            return look.get();
        } catch (NeriumException e) {
            throw e.code() == ErrorCode.UNKNOWN_TABLE
                    ? new NeriumException(
                            ErrorCode.TABLE_NOT_FOUND, e.message(), e.details().orElse(""))
                    : e;
        }
    }
}
