package dev.nerium.cli.prompt;

import dev.nerium.cli.statement.NamedTable;
import dev.nerium.cli.statement.SqlName;
import dev.nerium.lake.name.TableName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.Completer;
import org.jline.reader.LineReader;
import org.jline.reader.ParsedLine;

/** Completes words of SQL, functions, and names of the lake. */
final class SqlCompleter implements Completer {
    private static final String DEFAULT = "default";

    private final LakeNames lake;
    private final Words words;

    SqlCompleter(LakeNames lake, Words words) {
        this.lake = lake;
        this.words = words;
    }

    @Override
    public void complete(LineReader reader, ParsedLine parsed, List<Candidate> candidates) {
        if (parsed instanceof SqlLine line && !line.isText()) {
            complete(line, candidates);
            // A name in the lake can be any text, also one that steers a terminal.
            candidates.removeIf(candidate -> candidate.value().chars().anyMatch(Character::isISOControl));
        }
    }

    private void complete(SqlLine line, List<Candidate> candidates) {
        if (line.isCommand()) {
            PromptCommand.names().forEach(name -> candidates.add(word(name)));
        } else if (NamedTable.belongsBehind(line.before()) || line.isArgument()) {
            tables(line, candidates);
        } else if (line.qualifier().isEmpty()) {
            columns(line, candidates);
            qualifiers(line, candidates);
            keywords(line, candidates);
        } else {
            columns(line, candidates);
        }
    }

    private void tables(SqlLine line, List<Candidate> candidates) {
        List<String> qualifier = line.qualifier();
        String catalog = lake.defaultCatalog();
        switch (qualifier.size()) {
            case 0 -> {
                lake.tables(catalog, DEFAULT).forEach(table -> candidates.add(name(line, table)));
                lake.namespaces(catalog).forEach(namespace -> candidates.add(prefix(line, namespace)));
                lake.catalogs().forEach(each -> candidates.add(prefix(line, each)));
            }
            case 1 -> {
                String first = qualifier.getFirst();
                if (lake.namespaces(catalog).contains(first)) {
                    lake.tables(catalog, first).forEach(table -> candidates.add(name(line, table)));
                }
                if (lake.catalogs().contains(first)) {
                    lake.namespaces(first).forEach(namespace -> candidates.add(prefix(line, namespace)));
                }
            }
            case 2 ->
                lake.tables(qualifier.get(0), qualifier.get(1)).forEach(table -> candidates.add(name(line, table)));
            default -> {
                // A name has no more parts.
            }
        }
    }

    private void columns(SqlLine line, List<Candidate> candidates) {
        for (NamedTable table : NamedTable.all(line.statement())) {
            if (isQualified(table, line.qualifier())) {
                tableName(table)
                        .map(lake::columns)
                        .orElse(List.of())
                        .forEach(column -> candidates.add(name(line, column)));
            }
        }
    }

    private static boolean isQualified(NamedTable table, List<String> qualifier) {
        if (qualifier.isEmpty()) {
            return true;
        }
        boolean byAlias =
                table.alias().filter(alias -> qualifier.equals(List.of(alias))).isPresent();
        List<String> parts = table.parts();
        boolean byName = table.alias().isEmpty()
                && qualifier.size() <= parts.size()
                && parts.subList(parts.size() - qualifier.size(), parts.size()).equals(qualifier);
        return byAlias || byName;
    }

    private Optional<TableName> tableName(NamedTable table) {
        List<String> parts = table.parts();
        return Optional.of(
                switch (parts.size()) {
                    case 1 -> new TableName(lake.defaultCatalog(), DEFAULT, parts.getFirst());
                    case 2 -> new TableName(lake.defaultCatalog(), parts.get(0), parts.get(1));
                    default -> new TableName(parts.get(0), parts.get(1), parts.get(2));
                });
    }

    /** Aliases and tables, before the dot and a column. */
    private static void qualifiers(SqlLine line, List<Candidate> candidates) {
        for (NamedTable table : NamedTable.all(line.statement())) {
            String name = table.alias().orElse(table.parts().getLast());
            // The word that is typed behind the name of a table is not its alias yet.
            if (!name.equals(line.part())) {
                candidates.add(prefix(line, name));
            }
        }
    }

    private void keywords(SqlLine line, List<Candidate> candidates) {
        boolean lower = !line.part().isEmpty() && line.part().equals(line.part().toLowerCase(Locale.ROOT));
        for (String keyword : words.keywords()) {
            candidates.add(word(lower ? keyword.toLowerCase(Locale.ROOT) : keyword));
        }
        if (!line.before().isBlank()) {
            words.functions().forEach(function -> candidates.add(unfinished(function + "(")));
        }
    }

    private static Candidate name(SqlLine line, String name) {
        return word(line.prefix() + SqlName.part(name));
    }

    /** A name that another part follows. */
    private static Candidate prefix(SqlLine line, String name) {
        return unfinished(line.prefix() + SqlName.part(name) + ".");
    }

    private static Candidate word(String text) {
        return new Candidate(text);
    }

    private static Candidate unfinished(String text) {
        return new Candidate(text, text, null, null, null, null, false);
    }
}
