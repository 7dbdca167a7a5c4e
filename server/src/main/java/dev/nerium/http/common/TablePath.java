package dev.nerium.http.common;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.name.TableName;
import io.helidon.common.parameters.Parameters;
import io.helidon.webserver.http.ServerRequest;
import java.util.function.Supplier;

/** Names of catalogs, namespaces and tables in paths: what they name is found, or is a 404. */
public final class TablePath {
    public static final String CATALOGS = "/api/v1/catalogs";
    public static final String NAMESPACES = CATALOGS + "/{catalog}/namespaces";
    public static final String TABLES = NAMESPACES + "/{namespace}/tables";
    public static final String TABLE = TABLES + "/{table}";

    private TablePath() {}

    public static TableName table(ServerRequest request) {
        Parameters path = request.path().pathParameters();
        TableName table = new TableName(path.get("catalog"), path.get("namespace"), path.get("table"));
        return TableName.parse(table.toString(), "The path", table.catalog());
    }

    public static <T> T found(Supplier<T> look) {
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
