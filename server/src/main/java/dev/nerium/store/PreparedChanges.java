package dev.nerium.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConnection;

/**
 * Statements that connections to SQLite keep from one execution to the next, because SQLite parses a statement each time that it is
 * prepared. The driver of PostgreSQL does so by itself. One thread uses them at a time.
 */
final class PreparedChanges {
    private final Map<Connection, Map<String, PreparedStatement>> kept = new HashMap<>();

    /** Returns the number of changed rows. */
    int execute(Connection pooled, String sql, @Nullable Object... values) throws SQLException {
        if (pooled.isWrapperFor(SQLiteConnection.class)) {
            return executeKept(pooled.unwrap(SQLiteConnection.class), sql, values);
        }
        try (PreparedStatement statement = pooled.prepareStatement(sql)) {
            return execute(statement, values);
        }
    }

    /** A statement that fails is not kept: after a full disk, the driver closes it. */
    private int executeKept(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        Map<String, PreparedStatement> statements = statements(connection);
        @Nullable PreparedStatement last = statements.remove(sql);
        PreparedStatement statement = last == null ? connection.prepareStatement(sql) : last;
        try {
            int changed = execute(statement, values);
            statement.clearParameters();
            statements.put(sql, statement);
            return changed;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private Map<String, PreparedStatement> statements(Connection connection) throws SQLException {
        Map<String, PreparedStatement> statements = kept.get(connection);
        if (statements == null) {
            forgetClosed();
            statements = new HashMap<>();
            kept.put(connection, statements);
        }
        return statements;
    }

    /** The pool replaces connections from time to time. */
    private void forgetClosed() throws SQLException {
        for (Connection connection : List.copyOf(kept.keySet())) {
            if (connection.isClosed()) {
                kept.remove(connection);
            }
        }
    }

    private static int execute(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement.executeUpdate();
    }
}
