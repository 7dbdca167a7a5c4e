package dev.nerium.cli.output;

/** The output format of a result. */
public enum OutputFormat {
    TABLE,
    JSON,
    CSV,
    ARROW
}
