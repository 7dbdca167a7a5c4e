package dev.nerium.workload;

import dev.nerium.error.ErrorCode;
import dev.nerium.error.NeriumException;
import dev.nerium.lake.Lake;
import dev.nerium.lake.commit.CommitOutcome.Committed;
import dev.nerium.lake.commit.CommitOutcome.Conflict;
import dev.nerium.lake.commit.CommitOutcome.Unknown;
import dev.nerium.lake.name.TableName;
import dev.nerium.lake.write.SaveMode.Merge;
import dev.nerium.lake.write.StagedFile;
import dev.nerium.lake.write.StagedResult;
import dev.nerium.lake.write.StagedResult.Replaced;
import dev.nerium.lake.write.WriteTarget;
import dev.nerium.run.RunFacts.Output;
import dev.nerium.workload.live.ActiveRun;
import dev.nerium.workload.request.Destination;
import dev.nerium.workload.request.WorkloadResult.Saved;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.OptionalLong;

/** Makes what a worker staged visible, all of it or nothing. */
final class ResultCommitter {
    private ResultCommitter() {}

    /** @param destination what the request names; a worker that never asked how to write it has not done its job */
    static Optional<Saved> commit(
            Lake lake,
            ActiveRun run,
            Optional<Destination> destination,
            Optional<WriteTarget> prepared,
            StagedResult staged) {
        if (destination.isPresent() && prepared.isEmpty()) {
            throw new NeriumException(
                    ErrorCode.WORKER_PROTOCOL_ERROR,
                    "The worker wrote nothing to " + destination.get().table() + ".");
        }
        if (prepared.isPresent()) {
            run.requireUsableKey();
        }
        long bytes = bytes(staged);
        return prepared.map(target -> switch (lake.commit(target, run.id(), staged)) {
            case Committed(long rows, OptionalLong snapshot) -> {
                run.observations()
                        .wrote(new Output(
                                target.name().toString(),
                                snapshot.isPresent() ? (Long) snapshot.getAsLong() : null,
                                rows,
                                bytes));
                yield saved(target, staged, rows);
            }
            case Conflict(String reason) -> throw conflict(target.name(), reason);
            case Unknown(String reason) -> throw unknown(target.name(), reason);
        });
    }

    /** What the client is told of rows that are in the table. */
    static Saved saved(WriteTarget target, StagedResult staged, long rows) {
        return new Saved(
                target.name(), rows, updated(target, staged), target.mode().text());
    }

    private static long bytes(StagedResult staged) {
        long bytes = 0;
        for (StagedFile file : staged.files()) {
            try {
                bytes += Files.size(file.path());
            } catch (IOException e) {
                throw new UncheckedIOException("The file " + file.path() + " can't be measured", e);
            }
        }
        return bytes;
    }

    private static OptionalLong updated(WriteTarget target, StagedResult staged) {
        return target.mode() instanceof Merge
                ? OptionalLong.of(staged.replaced().map(Replaced::updated).orElse(0L))
                : OptionalLong.empty();
    }

    static NeriumException conflict(TableName table, String reason) {
        return new NeriumException(
                ErrorCode.COMMIT_CONFLICT,
                "The table " + table + " was changed by others meanwhile; nothing was written.",
                reason);
    }

    static NeriumException unknown(TableName table, String reason) {
        return new NeriumException(
                ErrorCode.COMMIT_STATE_UNKNOWN,
                "Whether the rows reached " + table + " is not known: look before you send the workload again.",
                reason);
    }
}
