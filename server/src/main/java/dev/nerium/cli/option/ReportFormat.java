package dev.nerium.cli.option;

/** The output format of a report. */
public enum ReportFormat {
    TABLE,
    JSON
}
