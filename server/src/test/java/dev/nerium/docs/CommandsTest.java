package dev.nerium.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nerium.cli.ParsedCommand;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The commands in the pages, and in the command line's own help, can be given as they are written. */
class CommandsTest {
    private static final String SOME_RUN = "01890000-0000-7000-8000-000000000000";
    private static final Set<String> SHELLS = Set.of("", "sh", "bash", "console");

    @Test
    void everyCommandInABlockCanBeGiven() {
        List<List<String>> commands = Repository.pages().stream()
                .flatMap(page -> page.blocks().stream())
                .filter(block -> SHELLS.contains(block.language()))
                .flatMap(block -> ShellCommands.in(block.text()).stream())
                .toList();

        assertThat(commands)
                .hasSizeGreaterThan(25)
                .allSatisfy(words ->
                        assertThat(complaint(words)).as("nerium %s", words).isEmpty());
    }

    @Test
    void everyCommandThatATextNamesExists() {
        List<List<String>> mentions = spans(Repository.pages().stream())
                .flatMap(span -> ShellCommands.in(span).stream())
                .toList();

        assertThat(mentions)
                .hasSizeGreaterThan(20)
                .allSatisfy(words -> assertThat(complaintOfMention(words))
                        .as("nerium %s", words)
                        .isEmpty());
    }

    @Test
    void everyOptionThatAGuideNamesExists() {
        List<String> options = spans(Repository.guides().stream())
                .filter(span -> span.startsWith("--"))
                .flatMap(span -> Stream.of(span.split("[ =]", -1)))
                .filter(word -> word.startsWith("--"))
                .toList();

        assertThat(options)
                .hasSizeGreaterThan(10)
                .allMatch(option -> ParsedCommand.options().contains(option)
                        || Launcher.options().contains(option));
    }

    @Test
    void everyExampleInTheHelpCanBeGiven() {
        List<List<String>> examples = ShellCommands.in(String.join("\n", ParsedCommand.footers()));

        assertThat(examples)
                .hasSizeGreaterThan(15)
                .allSatisfy(words ->
                        assertThat(complaint(words)).as("nerium %s", words).isEmpty());
    }

    @Test
    void theLauncherKnowsTheOptionsOfSetup() {
        String source = Launcher.source();

        assertThat(Launcher.COMMANDS.getOrDefault("setup", List.of()))
                .filteredOn(word -> word.startsWith("--"))
                .isNotEmpty()
                .allMatch(option -> source.contains(" " + option + ")"));
    }

    @Test
    void aWrongCommandIsFound() {
        assertThat(complaint(List.of("table", "compact", "sales.orders"))).isEmpty();
        assertThat(complaint(List.of("table", "compact"))).isNotEmpty();
        assertThat(complaintOfMention(List.of("table", "compact"))).isEmpty();
        assertThat(complaintOfMention(List.of("table", "compact", "--olderthan", "7d")))
                .isNotEmpty();
        assertThat(complaint(List.of("tables", "compact", "sales.orders"))).isNotEmpty();
        assertThat(complaint(List.of("polars", "SELECT 1", "--vcpus", "two"))).isNotEmpty();
        assertThat(complaint(List.of("keys", "create", "a", "--scope", "all"))).isNotEmpty();
        assertThat(complaint(List.of("setup", "--devs"))).hasValue("'./nerium setup' does not take '--devs'");
        assertThat(complaint(List.of("test", "--full", "unit"))).isEmpty();
    }

    private static Optional<String> complaint(List<String> words) {
        return Launcher.does(words) ? Launcher.complaint(words) : ParsedCommand.complaint(filled(words));
    }

    private static Optional<String> complaintOfMention(List<String> words) {
        return Launcher.does(words) ? Launcher.complaint(words) : ParsedCommand.complaintOfMention(filled(words));
    }

    /** Pages write {@code RUN} for the id of a run. */
    private static List<String> filled(List<String> words) {
        return words.stream().map(word -> word.equals("RUN") ? SOME_RUN : word).toList();
    }

    private static Stream<String> spans(Stream<MarkdownPage> pages) {
        return pages.flatMap(page -> page.codeSpans().stream());
    }
}
