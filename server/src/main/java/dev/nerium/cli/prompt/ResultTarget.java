package dev.nerium.cli.prompt;

import dev.nerium.cli.output.DisplayWidth;
import dev.nerium.cli.shell.CliException;
import dev.nerium.cli.shell.Terminal;
import dev.nerium.cli.shell.TerminalInfo;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jline.terminal.Size;

/** The place for results: the terminal, through a pager if they are larger, or a file. */
final class ResultTarget implements AutoCloseable {
    private final Terminal shell;
    private final org.jline.terminal.Terminal screen;
    private Optional<PrintStream> file = Optional.empty();
    private boolean paged;

    ResultTarget(Terminal shell, org.jline.terminal.Terminal screen) {
        this.shell = shell;
        this.screen = screen;
        this.paged = !screen.getType().startsWith(org.jline.terminal.Terminal.TYPE_DUMB);
    }

    boolean isFile() {
        return file.isPresent();
    }

    void page(boolean on) {
        paged = on;
    }

    boolean isPaged() {
        return paged;
    }

    /** Writes to a file from here on; what was there is replaced. */
    void writeTo(Path path) {
        close();
        try {
            file = Optional.of(new PrintStream(path.toFile(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new CliException("the file " + path + " can't be written", String.valueOf(e.getMessage()), "");
        }
    }

    /** Writes to the terminal again. */
    @Override
    public void close() {
        file.ifPresent(PrintStream::close);
        file = Optional.empty();
    }

    /** @param printing prints a result to stdout, and remarks to stderr */
    void print(Consumer<Terminal> printing) {
        if (file.isPresent()) {
            printing.accept(new Terminal(file.get(), shell.err(), shell.in(), shell.environment(), TerminalInfo.NONE));
            file.get().flush();
        } else {
            Size size = size();
            ByteArrayOutputStream result = new ByteArrayOutputStream();
            ByteArrayOutputStream remarks = new ByteArrayOutputStream();
            Terminal buffer = new Terminal(
                    new PrintStream(result, false, StandardCharsets.UTF_8),
                    new PrintStream(remarks, false, StandardCharsets.UTF_8),
                    shell.in(),
                    shell.environment(),
                    new TerminalInfo(true, true, size.getColumns()));
            printing.accept(buffer);
            buffer.flush();
            show(result.toByteArray(), size);
            shell.err().writeBytes(remarks.toByteArray());
        }
        shell.flush();
    }

    private void show(byte[] result, Size size) {
        if (!paged || fits(result, size) || !Pager.show(result, shell.environment())) {
            shell.out().writeBytes(result);
            shell.out().flush();
        }
    }

    /** Two lines are for the remarks and the prompt. */
    private static boolean fits(byte[] result, Size size) {
        String text = new String(result, StandardCharsets.UTF_8);
        return text.lines().count() <= size.getRows() - 2
                && text.lines().allMatch(line -> DisplayWidth.of(line) <= size.getColumns());
    }

    /** A terminal that does not know its size has 80 columns and 24 rows. */
    private Size size() {
        Size known = screen.getSize();
        return Size.of(known.getColumns() > 0 ? known.getColumns() : 80, known.getRows() > 0 ? known.getRows() : 24);
    }
}
