package dev.nerium.distributed;

/** The progress of the cluster; tasks are those of all stages that are known so far. */
public record ClusterProgress(int stages, int stagesComplete, int tasks, int tasksComplete, long bytesRead) {}
