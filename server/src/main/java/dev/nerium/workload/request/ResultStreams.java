package dev.nerium.workload.request;

import dev.nerium.result.spool.PagedStream;
import dev.nerium.sandbox.job.ResultPart;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The parts of a result as one Arrow stream. */
public final class ResultStreams {
    private ResultStreams() {}

    public static long bytes(List<ResultPart> parts) throws IOException {
        long bytes = 0;
        for (ResultPart part : parts) {
            bytes += part.bytes();
        }
        return bytes;
    }

    /** Opens all of them now, while the worker's folder is there. */
    public static InputStream open(List<ResultPart> parts) throws IOException {
        if (parts.size() == 1) {
            return parts.getFirst().open();
        }
        List<PagedStream.Page> pages = new ArrayList<>();
        for (ResultPart part : parts) {
            InputStream in = part.open();
            pages.add(() -> in);
        }
        return new PagedStream(pages);
    }
}
