package dev.nerium.observe;

import java.nio.file.Path;

/**
 * Files outside of the lake that a run read by one function.
 *
 * @param name the paths as the user wrote them
 * @param place the file, or the folder that contains all files
 */
public record ReadFiles(String name, Path place, long files) {}
