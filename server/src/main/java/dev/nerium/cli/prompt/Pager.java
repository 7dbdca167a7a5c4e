package dev.nerium.cli.prompt;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.Map;
import java.util.Optional;

/** The program in PAGER, else less. */
final class Pager {
    /** A shell's exit codes for a command that can't be executed, and for one that it does not find. */
    private static final int FIRST_MISSING = 126;

    private static final int LAST_MISSING = 127;

    private Pager() {}

    /** Shows a text until the user leaves; false if there is no pager. */
    static boolean show(byte[] text, Map<String, String> environment) {
        String command = Optional.ofNullable(environment.get("PAGER"))
                .filter(pager -> !pager.isBlank())
                .orElse("less");
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command)
                .redirectOutput(Redirect.INHERIT)
                .redirectError(Redirect.DISCARD);
        // Lines are not wrapped, and the last page stays on the screen.
        builder.environment().putIfAbsent("LESS", "-SX");
        try {
            Process pager = builder.start();
            write(text, pager);
            int exit = pager.waitFor();
            return exit != FIRST_MISSING && exit != LAST_MISSING;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private static void write(byte[] text, Process pager) {
        try (OutputStream in = pager.getOutputStream()) {
            in.write(text);
        } catch (IOException e) {
            // The user left before the end.
        }
    }
}
