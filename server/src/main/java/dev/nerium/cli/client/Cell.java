package dev.nerium.cli.client;

/** One value of a result. */
public sealed interface Cell {
    record Absent() implements Cell {}

    /** The text of a string, and the JSON text of everything else. */
    record Value(String text) implements Cell {}
}
