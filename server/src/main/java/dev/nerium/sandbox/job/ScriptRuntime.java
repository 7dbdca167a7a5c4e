package dev.nerium.sandbox.job;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The runtime of scripts.
 *
 * @param python its version
 * @param packages the versions of what is installed, by name
 */
public record ScriptRuntime(String python, SortedMap<String, String> packages) {
    public ScriptRuntime {
        packages = Collections.unmodifiableSortedMap(new TreeMap<>(packages));
    }
}
