package dev.nerium.cli.statement;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names and texts as a statement has them. */
public final class SqlName {
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_]*");

    /** Words that are not a name where a name and an expression are possible. */
    private static final Set<String> RESERVED = Set.of(
            ("ALL AND ANY AS ASC BETWEEN BY CASE CAST CROSS DESC DISTINCT ELSE END EXCEPT EXISTS FALSE FROM FULL GROUP HAVING"
                            + " IN INNER INTERSECT INTERVAL INTO IS JOIN LEFT LIKE LIMIT NOT NULL OFFSET ON OR ORDER OUTER"
                            + " OVER QUALIFY RIGHT SELECT SET TABLE THEN TRUE UNION USING VALUES WHEN WHERE WINDOW WITH")
                    .split(" "));

    private SqlName() {}

    /** A part of a name, in quotes if it needs them. */
    public static String part(String name) {
        boolean plain = PLAIN.matcher(name).matches() && !RESERVED.contains(name.toUpperCase(Locale.ROOT));
        return plain ? name : quoted(name);
    }

    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }
}
