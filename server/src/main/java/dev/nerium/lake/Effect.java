package dev.nerium.lake;

/** Whether maintenance changes a table, or only says what it would change. */
public enum Effect {
    DRY_RUN,
    REAL
}
