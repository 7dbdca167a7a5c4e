package dev.nerium.lake.storage;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The local file of an object.
 *
 * @param file has the fetched bytes, and holes elsewhere
 * @param presentBytes number of the fetched bytes, by any run; a file that changed has more
 * @param rows number of rows, if the file has only some of the object's row groups
 */
public record FetchedObject(Path file, long presentBytes, OptionalLong rows) {}
