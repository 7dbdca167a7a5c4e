package dev.nerium.cli.output;

/** How a result is printed. */
public enum OutputFormat {
    TABLE,
    JSON,
    CSV,
    ARROW
}
