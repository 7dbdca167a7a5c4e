package dev.nerium.result;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** The values of one column in one batch. For one thread: some keep a scratch buffer. */
@FunctionalInterface
interface Cells {
    void write(int row, JsonGenerator out) throws IOException;
}
