package dev.nerium.cli;

/** How a result is printed. */
enum OutputFormat {
    TABLE,
    JSON,
    CSV,
    ARROW
}
