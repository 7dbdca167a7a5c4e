package dev.nerium.workload;

import dev.nerium.auth.Principal;
import dev.nerium.lake.Lake;
import dev.nerium.lake.name.TableBranch;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.SaveMode;
import dev.nerium.run.RunIds;
import dev.nerium.run.RunOrigin;
import dev.nerium.sandbox.job.LoadOptions;
import dev.nerium.sandbox.job.Work;
import dev.nerium.sandbox.job.Work.FileFormat;
import dev.nerium.workload.request.ComputeTarget;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.RequestedTimeouts;
import dev.nerium.workload.request.WorkloadRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The table of a new lake's first query, {@code default.flowers}: Fisher's iris measurements, 150 rows. It is loaded by a
 * workload as any other, which also shows that the sandbox works before the server says that it is ready.
 */
public final class SampleTable {
    private final Lake lake;
    private final WorkloadService workloads;
    private final RunIds ids;

    public SampleTable(Lake lake, WorkloadService workloads, RunIds ids) {
        this.lake = lake;
        this.workloads = workloads;
        this.ids = ids;
    }

    /** Loads the table where it was never there; a user who dropped it does not get it again. */
    public void createIfAbsent(Path home) throws IOException {
        TableName name = new TableName(lake.defaultCatalog(), "default", "flowers");
        Path created = home.resolve("lake").resolve("sample-table.created");
        if (Files.exists(created) || lake.exists(name)) {
            return;
        }
        Path file = home.resolve("lake").resolve("flowers.csv");
        try (InputStream in = SampleTable.class.getResourceAsStream("/flowers.csv")) {
            Files.write(file, Objects.requireNonNull(in, "flowers.csv").readAllBytes());
        }
        WorkloadRequest request = new WorkloadRequest(
                new Work.Load(List.of(file), FileFormat.CSV, LoadOptions.NONE, Optional.empty()),
                name.catalog(),
                Map.of(),
                ComputeTarget.Local.DEFAULT,
                Optional.of(new Destination(TableBranch.main(name), SaveMode.Plain.OVERWRITE)),
                RequestedTimeouts.NONE,
                WorkloadRequest.RunOptions.DEFAULT,
                List.of(),
                RunOrigin.UNKNOWN);
        workloads.run(Principal.SERVER, request, ids.next()).arrow().close();
        Files.createFile(created);
    }
}
