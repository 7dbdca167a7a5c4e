package dev.nerium.grant;

import dev.nerium.lake.access.Grantee;
import dev.nerium.lake.access.Right;
import dev.nerium.lake.access.Securable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Grants in the database. A revoked grant stays there, because rights are granted by table since the first one. */
final class StoredGrant {
    private StoredGrant() {}

    /** The grants that were not revoked, oldest first. */
    static List<Grant> present(Handle handle) {
        return handle.createQuery("select * from access_grant where revoked_at is null order by granted_at, id")
                .map((row, context) -> of(row))
                .list();
    }

    private static Grant of(ResultSet row) throws SQLException {
        String location = row.getString("location");
        return new Grant(
                row.getString("id"),
                new Grantee(Grantee.Kind.valueOf(row.getString("grantee_kind")), row.getString("grantee")),
                Right.valueOf(row.getString("access_right")),
                location == null
                        ? new Securable.Tables(
                                Optional.ofNullable(row.getString("catalog_name")),
                                Optional.ofNullable(row.getString("namespace_name")),
                                Optional.ofNullable(row.getString("table_name")))
                        : new Securable.Folder(location),
                row.getString("granted_by"),
                Instant.ofEpochMilli(row.getLong("granted_at")));
    }

    static Grant insert(Handle handle, Grant grant) {
        @Nullable String location = null;
        Securable.Tables tables = Securable.Tables.ALL;
        switch (grant.on()) {
            case Securable.Folder(String path) -> location = path;
            case Securable.Tables on -> tables = on;
        }
        handle.execute(
                "insert into access_grant (id, grantee_kind, grantee, access_right, catalog_name, namespace_name, table_name,"
                        + " location, granted_by, granted_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                grant.id(),
                grant.grantee().kind().name(),
                grant.grantee().name(),
                grant.right().name(),
                tables.catalog().orElse(null),
                tables.namespace().orElse(null),
                tables.table().orElse(null),
                location,
                grant.grantedBy(),
                grant.grantedAt().toEpochMilli());
        return grant;
    }

    static void revoke(Handle handle, Grant grant, String by, long at) {
        handle.execute(
                "update access_grant set revoked_by = ?, revoked_at = ? where id = ? and revoked_at is null",
                by,
                at,
                grant.id());
    }
}
