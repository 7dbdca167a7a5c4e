package dev.nerium.distributed;

/** How far the cluster is; tasks are those of all stages that it knows of by now. */
public record ClusterProgress(int stages, int stagesComplete, int tasks, int tasksComplete, long bytesRead) {}
