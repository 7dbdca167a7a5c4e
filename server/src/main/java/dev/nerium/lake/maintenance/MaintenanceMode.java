package dev.nerium.lake.maintenance;

/** Whether maintenance changes a table, or only reports what it would change. */
public enum MaintenanceMode {
    DRY_RUN,
    REAL
}
