package dev.nerium.lake.files;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Set;

/**
 * A descriptor of a file or a folder that can't be read from (Linux, {@code O_PATH}): opening it waits for nobody, also if it
 * is a FIFO, and has no effect on a device. Everything else is done to what was opened, whatever the path leads to later.
 */
@SuppressWarnings("restricted") // calls two functions of the C library
final class OpenedPath implements AutoCloseable {
    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int EACCES = 13;

    /** No such file, no folder where one is expected, a name that is too long, a loop of links. */
    private static final Set<Integer> MISSING = Set.of(2, 20, 36, 40);

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle OPEN = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle CLOSE = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    private final int descriptor;

    private OpenedPath(int descriptor) {
        this.descriptor = descriptor;
    }

    /**
     * Opens what a path leads to, through links.
     *
     * @throws NoSuchFileException if it leads to nothing
     * @throws AccessDeniedException if the server may not find out
     */
    static OpenedPath open(Path path) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            int descriptor = (int) OPEN.invokeExact(state, arena.allocateFrom(path.toString()), O_PATH | O_CLOEXEC);
            if (descriptor < 0) {
                throw failure((int) ERRNO.get(state, 0L));
            }
            return new OpenedPath(descriptor);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the system call open can't be called", e);
        }
    }

    private static IOException failure(int errno) {
        if (MISSING.contains(errno)) {
            return new NoSuchFileException(null);
        }
        return errno == EACCES ? new AccessDeniedException(null) : new IOException("errno " + errno);
    }

    /** Where the kernel says that it is. */
    Path location() throws IOException {
        return Files.readSymbolicLink(link());
    }

    /** A link of the kernel to exactly this file or folder. */
    Path link() {
        return Path.of("/proc/self/fd", String.valueOf(descriptor));
    }

    @Override
    public void close() {
        try {
            int _ = (int) CLOSE.invokeExact(descriptor);
        } catch (Throwable e) {
            throw new IllegalStateException("the system call close can't be called", e);
        }
    }
}
