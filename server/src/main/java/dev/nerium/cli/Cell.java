package dev.nerium.cli;

/** One value of a result. */
sealed interface Cell {
    record Absent() implements Cell {}

    /** The text of a string, and the JSON text of everything else. */
    record Value(String text) implements Cell {}
}
