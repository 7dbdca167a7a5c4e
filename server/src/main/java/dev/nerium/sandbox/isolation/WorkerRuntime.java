package dev.nerium.sandbox.isolation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nerium.config.ConfigException;
import dev.nerium.error.CommandName;
import dev.nerium.sandbox.job.ScriptRuntime;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Python, Polars, bubblewrap and the worker, as the launcher describes them.
 *
 * @param folder is shown whole to a worker, and has all the others but for the files of the base Python
 */
record WorkerRuntime(
        Path folder,
        Path python,
        Path basePrefix,
        Path sitePackages,
        Path bubblewrap,
        Path worker,
        ScriptRuntime scripts) {

    static WorkerRuntime read(Path folder) {
        try {
            JsonNode json =
                    new ObjectMapper().readTree(folder.resolve("runtime.json").toFile());
            return new WorkerRuntime(
                    path(json, "folder"),
                    path(json, "python"),
                    path(json, "basePrefix"),
                    path(json, "sitePackages"),
                    path(json, "bwrap"),
                    path(json, "worker"),
                    new ScriptRuntime(text(json, "pythonVersion"), packages(json)));
        } catch (IOException e) {
            throw new ConfigException("There is no runtime for workers in '" + folder
                    + "': start Nerium with " + CommandName.text()
                    + ", or set NERIUM_RUNTIME to the folder that './nerium setup' of a clone prints.");
        }
    }

    private static Path path(JsonNode json, String field) throws IOException {
        return Path.of(text(json, field));
    }

    private static String text(JsonNode json, String field) throws IOException {
        if (!json.path(field).isTextual()) {
            throw new IOException("runtime.json has no '" + field + "'");
        }
        return json.path(field).asText();
    }

    private static SortedMap<String, String> packages(JsonNode json) {
        SortedMap<String, String> packages = new TreeMap<>();
        json.path("packages")
                .properties()
                .forEach(one -> packages.put(one.getKey(), one.getValue().asText()));
        return packages;
    }
}
