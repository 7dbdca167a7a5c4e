package dev.nerium.sandbox.daytona;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker in a sandbox of Daytona, as if it were a process here. Its pipes are files there, one for each chunk: {@code
 * to-0}, {@code to-1}, … carry its input, each with its length before it so that half of one is not read; {@code from-0}, …
 * what it writes, each with its kind before it: output, log or end. The bridge (worker/src/nerium_worker/bridge.py) is the other
 * half. Nothing that comes from there is believed to be what the bridge would send.
 */
public final class DaytonaWorker extends Process {
    private static final Logger LOG = LoggerFactory.getLogger(DaytonaWorker.class);
    private static final String FOLDER = "nerium/";
    private static final int SHORTEST_LOOK = 10;
    private static final int LONGEST_LOOK = 200;
    private static final long LIFE_SIGN_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int LONGEST_REASON = 1 << 14;
    private static final int KILLED = 137;

    /** The bridge's largest. */
    private static final int LARGEST_CHUNK = (8 << 20) + 1;

    private final Toolbox toolbox;
    private final String command;
    private final Runnable delete;
    private final Chunks output = new Chunks();
    private final Chunks log = new Chunks();
    private final OutputStream input = new ProcessInput();
    private final AtomicBoolean deleted = new AtomicBoolean();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private DaytonaWorker(Toolbox toolbox, String command, Runnable delete) {
        this.toolbox = toolbox;
        this.command = command;
        this.delete = delete;
    }

    static DaytonaWorker start(Toolbox toolbox, String python, Runnable delete) throws IOException {
        for (String folder : new String[] {"", "pipes", "job", "job/data", "job/out", "job/out/files"}) {
            toolbox.makeFolder(FOLDER + folder);
        }
        String command = toolbox.start(python + " -m nerium_worker.bridge " + FOLDER);
        DaytonaWorker worker = new DaytonaWorker(toolbox, command, delete);
        Thread.ofPlatform().name("daytona-pipes").daemon().start(worker::relay);
        return worker;
    }

    /** Puts a file into the worker's data. */
    public void push(String name, Path file) throws IOException {
        toolbox.upload(file, FOLDER + "job/data/" + name);
    }

    /** Gets a file that the worker left. */
    public void pull(String name, Path target, long most) throws IOException {
        toolbox.download(FOLDER + "job/out/" + name, target, most);
    }

    /** Whether the system of the sandbox killed it, for which it has one reason: memory. */
    public boolean wasKilledThere() {
        return exit.getNow(0) == KILLED;
    }

    private void relay() {
        int code = -1;
        try {
            code = relayed();
        } catch (IOException | RuntimeException e) {
            if (!exit.isDone()) {
                LOG.warn("The pipes of a worker at Daytona broke: {}", e.getMessage());
                log.add(("The connection to the worker broke: " + e.getMessage() + "\n")
                        .getBytes(StandardCharsets.UTF_8));
            }
        } finally {
            end(code);
        }
    }

    private int relayed() throws IOException {
        int look = SHORTEST_LOOK;
        long alive = System.nanoTime();
        for (long next = 0; !exit.isDone(); ) {
            Optional<byte[]> chunk = toolbox.read(FOLDER + "pipes/from-" + next, LARGEST_CHUNK);
            if (chunk.isPresent()) {
                OptionalInt end = take(chunk.get());
                if (end.isPresent()) {
                    return end.getAsInt();
                }
                next++;
                look = SHORTEST_LOOK;
                continue;
            }
            if (System.nanoTime() - alive > LIFE_SIGN_NANOS) {
                OptionalInt code = toolbox.exitCode(command);
                if (code.isPresent()) {
                    return died(code.getAsInt());
                }
                alive = System.nanoTime();
            }
            RestClient.pause(look);
            look = Math.min(LONGEST_LOOK, look * 2);
        }
        return KILLED;
    }

    /** Takes a chunk; the exit code where it is the last. */
    private OptionalInt take(byte[] chunk) throws IOException {
        char kind = chunk.length == 0 ? ' ' : (char) chunk[0];
        byte[] content = chunk.length == 0 ? chunk : Arrays.copyOfRange(chunk, 1, chunk.length);
        switch (kind) {
            case 'o' -> output.add(content);
            case 'l' -> log.add(content);
            case 'x' -> {
                return OptionalInt.of(
                        content.length == Integer.BYTES
                                ? ByteBuffer.wrap(content).getInt()
                                : -1);
            }
            default -> throw new DaytonaException("a chunk of an unknown kind", 0);
        }
        return OptionalInt.empty();
    }

    /** The bridge ended without a word, as where the snapshot has no worker. */
    private int died(int code) throws IOException {
        log.add(toolbox.output(command, LONGEST_REASON).getBytes(StandardCharsets.UTF_8));
        return code;
    }

    private void end(int code) {
        exit.complete(code);
        output.end();
        log.end();
    }

    @Override
    public OutputStream getOutputStream() {
        return input;
    }

    @Override
    public InputStream getInputStream() {
        return output;
    }

    @Override
    public InputStream getErrorStream() {
        return log;
    }

    @Override
    public int waitFor() throws InterruptedException {
        try {
            return exit.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean waitFor(long timeout, TimeUnit unit) throws InterruptedException {
        try {
            exit.get(timeout, unit);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletableFuture<Process> onExit() {
        return exit.thenApply(_ -> this);
    }

    @Override
    public int exitValue() {
        if (!exit.isDone()) {
            throw new IllegalThreadStateException("the worker has not ended");
        }
        return exit.join();
    }

    @Override
    public boolean isAlive() {
        return !exit.isDone();
    }

    /** Deletes the sandbox, with all that is in it. */
    @Override
    public void destroy() {
        end(KILLED);
        if (deleted.compareAndSet(false, true)) {
            delete.run();
        }
    }

    @Override
    public Process destroyForcibly() {
        destroy();
        return this;
    }

    @Override
    public Stream<ProcessHandle> children() {
        return Stream.empty();
    }

    @Override
    public Stream<ProcessHandle> descendants() {
        return Stream.empty();
    }

    /** Sends the written bytes when it is flushed. */
    private final class ProcessInput extends OutputStream {
        private final ByteArrayOutputStream chunk = new ByteArrayOutputStream();
        private long next;

        @Override
        public synchronized void write(int b) {
            chunk.write(b);
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            chunk.write(bytes, offset, length);
        }

        @Override
        public synchronized void flush() throws IOException {
            if (chunk.size() == 0) {
                return;
            }
            if (exit.isDone()) {
                throw new IOException("The worker has ended");
            }
            byte[] content = ByteBuffer.allocate(Long.BYTES + chunk.size())
                    .putLong(chunk.size())
                    .put(chunk.toByteArray())
                    .array();
            chunk.reset();
            toolbox.upload(content, FOLDER + "pipes/to-" + next++);
        }
    }
}
