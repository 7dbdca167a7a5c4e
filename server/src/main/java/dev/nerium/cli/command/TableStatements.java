package dev.nerium.cli.command;

import dev.nerium.auth.Scope;
import dev.nerium.cli.client.ServerAccess;
import dev.nerium.cli.option.OutputOptions;
import dev.nerium.cli.option.ServerOptions;
import dev.nerium.cli.output.OutputFormat;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.statement.SqlName;
import dev.nerium.cli.statement.SqlPhrase;
import dev.nerium.cli.statement.Statement;
import dev.nerium.cli.workload.StatementOptions;
import dev.nerium.cli.workload.StatementRunner;
import dev.nerium.cli.workload.WorkloadCall;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands for one statement of SQL about tables each. */
public final class TableStatements {
    private static final String TABLE = "NAMESPACE.TABLE";

    private TableStatements() {}

    /** The options that they have in common. */
    static final class Request {
        @Option(names = "--catalog", paramLabel = "NAME", description = "The catalog. Default: the built-in catalog.")
        private Optional<String> catalog = Optional.empty();

        @Mixin
        private OutputOptions output = new OutputOptions();

        @Mixin
        private ServerOptions server = new ServerOptions();

        int run(Terminal shell, Scope needed, String sql) {
            StatementRunner runner = new StatementRunner(StatementOptions.of(catalog));
            OutputFormat format = output.format(shell);
            try (ServerAccess access = server.open(shell.environment(), needed)) {
                WorkloadCall call = WorkloadCall.endedByInterrupt(access, shell);
                output.print(shell, format, new Statement(sql, 1), runner, call);
            }
            return 0;
        }
    }

    /** Lists tables. */
    @Command(
            name = "tables",
            sortOptions = false,
            description = {"List the tables of a namespace, or of all namespaces.", ""},
            footer = {
                "",
                "Examples:",
                "  ${ROOT-COMMAND-NAME} tables",
                "  ${ROOT-COMMAND-NAME} tables sales --format json"
            })
    public static final class Tables implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = "NAMESPACE", arity = "0..1", description = "The namespace. Default: all.")
        private Optional<String> namespace = Optional.empty();

        @Mixin
        private Request request = new Request();

        public Tables(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return request.run(
                    shell,
                    Scope.READ,
                    "SHOW TABLES"
                            + namespace
                                    .map(name -> " IN " + SqlName.quoted(name))
                                    .orElse(""));
        }
    }

    /** Describes a table. */
    @Command(
            name = "describe",
            sortOptions = false,
            description = {"Show the columns of a table.", ""},
            footer = {
                "",
                "Examples:",
                "  ${ROOT-COMMAND-NAME} describe sales.orders",
                "  ${ROOT-COMMAND-NAME} describe sales.orders@tag:audited --extended"
            })
    public static final class Describe implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = TABLE, description = "The table, which may have a version: NAMESPACE.TABLE@tag:NAME.")
        private String table = "";

        @Option(names = "--extended", description = "Also show its partitioning, order, location and properties.")
        private boolean extended;

        @Mixin
        private Request request = new Request();

        public Describe(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return request.run(shell, Scope.READ, "DESCRIBE " + (extended ? "EXTENDED " : "") + SqlName.quoted(table));
        }
    }

    /** Creates an empty table. */
    @Command(
            name = "create",
            sortOptions = false,
            description = {
                "Create an empty table. '${ROOT-COMMAND-NAME} load' creates a table from a file, and CREATE TABLE ... AS in"
                        + " '${ROOT-COMMAND-NAME} sql' from a query.",
                ""
            },
            footer = {
                "",
                "Examples:",
                "  ${ROOT-COMMAND-NAME} create sales.orders 'id:bigint not null' ts:timestamptz 'price:decimal(9, 2)'",
                "  ${ROOT-COMMAND-NAME} create sales.events ts:timestamp kind:string --partitioned-by 'day(ts)' --sorted-by kind"
            })
    public static final class Create implements Callable<Integer> {
        private final Terminal shell;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Parameters(index = "0", paramLabel = TABLE, description = "The table.")
        private String table = "";

        @Parameters(
                index = "1..*",
                arity = "1..*",
                paramLabel = "NAME:TYPE",
                description =
                        "Name and type of a column as in CREATE TABLE, such as id:bigint or 'id:bigint not null'.")
        private List<String> columns = new ArrayList<>();

        @Option(
                names = "--partitioned-by",
                paramLabel = "FIELD",
                description = "Column or transform, such as kind, 'day(ts)' or 'bucket(16, id)'. Repeatable.")
        private List<String> partitioning = new ArrayList<>();

        @Option(
                names = "--sorted-by",
                paramLabel = "FIELD",
                description = "Column, such as id or 'id desc nulls last'. Repeatable.")
        private List<String> order = new ArrayList<>();

        @Option(names = "--property", paramLabel = "KEY=VALUE", description = "Property of the table. Repeatable.")
        private Map<String, String> properties = new LinkedHashMap<>();

        @Option(names = "--comment", paramLabel = "TEXT", description = "Comment of the table.")
        private Optional<String> comment = Optional.empty();

        @Option(names = "--if-not-exists", description = "Do nothing if there is a table of this name.")
        private boolean ifNotExists;

        @Mixin
        private Request request = new Request();

        public Create(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            StringBuilder sql = new StringBuilder("CREATE TABLE ")
                    .append(ifNotExists ? "IF NOT EXISTS " : "")
                    .append(SqlName.quoted(table))
                    .append(list(columns.stream().map(this::column).toList()));
            if (!partitioning.isEmpty()) {
                sql.append(" PARTITIONED BY ").append(list(phrases("--partitioned-by", partitioning)));
            }
            if (!order.isEmpty()) {
                sql.append(" SORTED BY ").append(list(phrases("--sorted-by", order)));
            }
            comment.ifPresent(text -> sql.append(" COMMENT ").append(SqlName.literal(text)));
            if (!properties.isEmpty()) {
                sql.append(" TBLPROPERTIES ")
                        .append(list(properties.entrySet().stream()
                                .map(each -> SqlName.literal(each.getKey()) + " = " + SqlName.literal(each.getValue()))
                                .toList()));
            }
            return request.run(shell, Scope.WRITE, sql.toString());
        }

        private String column(String text) {
            int colon = text.indexOf(':');
            if (colon < 1) {
                throw misuse("a column is '" + text + "': expected NAME:TYPE, such as id:bigint.");
            }
            String type = text.substring(colon + 1);
            return SqlName.quoted(text.substring(0, colon)) + " " + phrase("the type of a column", type);
        }

        private List<String> phrases(String option, List<String> texts) {
            return texts.stream().map(text -> phrase(option, text)).toList();
        }

        private String phrase(String what, String text) {
            if (!SqlPhrase.isOne(text)) {
                throw misuse(
                        what + " is '" + text + "': expected one phrase of SQL, with all its quotes and brackets.");
            }
            return text;
        }

        private ParameterException misuse(String message) {
            return new ParameterException(spec.commandLine(), message);
        }

        private static String list(List<String> parts) {
            return parts.stream().collect(Collectors.joining(", ", " (", ")"));
        }
    }

    /** Drops a table. */
    @Command(
            name = "drop",
            sortOptions = false,
            description = {"Drop a table. Its files stay, unless --purge is given.", ""},
            footer = {
                "",
                "Examples:",
                "  ${ROOT-COMMAND-NAME} drop sales.orders",
                "  ${ROOT-COMMAND-NAME} drop sales.orders --purge"
            })
    public static final class Drop implements Callable<Integer> {
        private final Terminal shell;

        @Parameters(paramLabel = TABLE, description = "The table.")
        private String table = "";

        @Option(names = "--purge", description = "Also delete its files, which can't be undone.")
        private boolean purge;

        @Option(names = "--if-exists", description = "Do nothing if it does not exist.")
        private boolean ifExists;

        @Mixin
        private Request request = new Request();

        public Drop(Terminal shell) {
            this.shell = shell;
        }

        @Override
        public Integer call() {
            return request.run(
                    shell,
                    Scope.WRITE,
                    "DROP TABLE " + (ifExists ? "IF EXISTS " : "") + SqlName.quoted(table) + (purge ? " PURGE" : ""));
        }
    }
}
