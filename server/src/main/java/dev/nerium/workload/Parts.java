package dev.nerium.workload;

import dev.nerium.result.PagedStream;
import dev.nerium.sandbox.ResultPart;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** The parts of a result as one Arrow stream. */
final class Parts {
    private Parts() {}

    static long bytes(List<ResultPart> parts) throws IOException {
        long bytes = 0;
        for (ResultPart part : parts) {
            bytes += part.bytes();
        }
        return bytes;
    }

    /** Opens all of them now, while the worker's folder is there. */
    static InputStream open(List<ResultPart> parts) throws IOException {
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
