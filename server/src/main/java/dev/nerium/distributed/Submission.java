package dev.nerium.distributed;

import dev.nerium.lake.TableAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * What a cluster is to run.
 *
 * @param statement as a worker wrote it, which the submitter does not believe
 * @param tables by the names that they have in it
 * @param staging where its rows go: the folder of a staging table
 */
public record Submission(UUID run, String statement, Map<String, TableAddress> tables, String staging) {
    public Submission {
        tables = new LinkedHashMap<>(tables);
    }
}
