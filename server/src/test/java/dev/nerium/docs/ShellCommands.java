package dev.nerium.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the calls of {@code nerium} in text of a shell, and splits each into words as a shell does. */
final class ShellCommands {
    /** At the start of a line, behind a prompt, or in a substitution. */
    private static final Pattern START = Pattern.compile("(?m)(?:^[ \\t]*(?:\\$ +)?|\\$\\()(?:\\./)?nerium +");

    private static final Pattern ALTERNATIVES = Pattern.compile("[a-z-]+(\\|[a-z-]+)+");

    private final String text;
    private final StringBuilder word = new StringBuilder();
    private final List<String> words = new ArrayList<>();
    private boolean inWord;
    private int at;

    private ShellCommands(String text, int at) {
        this.text = text;
        this.at = at;
    }

    /** The words behind the program's name, for each call; {@code a|b} stands for two calls. */
    static List<List<String>> in(String text) {
        List<List<String>> calls = new ArrayList<>();
        for (Matcher start = START.matcher(text); start.find(); ) {
            calls.addAll(alternatives(new ShellCommands(text, start.end()).words()));
        }
        return calls;
    }

    private List<String> words() {
        while (at < text.length() && !ends()) {
            char next = text.charAt(at++);
            switch (next) {
                case '\'' -> quoted('\'');
                case '"' -> quoted('"');
                case '\\' -> escaped();
                case ' ', '\t' -> endWord();
                default -> add(next);
            }
        }
        endWord();
        return words;
    }

    /** A call ends with its line, its substitution, or where a comment or an operator begins. */
    private boolean ends() {
        char next = text.charAt(at);
        return next == '\n' || next == ')' || (!inWord && "#|&;<>".indexOf(next) >= 0);
    }

    private void quoted(char quote) {
        inWord = true;
        while (at < text.length() && text.charAt(at) != quote) {
            if (quote == '"' && text.charAt(at) == '\\') {
                at++;
            }
            word.append(text.charAt(at++));
        }
        at++;
    }

    /** A backslash before the line's end joins the next line. */
    private void escaped() {
        if (at < text.length() && text.charAt(at) != '\n') {
            add(text.charAt(at));
        }
        at++;
    }

    private void add(char character) {
        inWord = true;
        word.append(character);
    }

    private void endWord() {
        if (inWord) {
            words.add(word.toString());
            word.setLength(0);
            inWord = false;
        }
    }

    private static List<List<String>> alternatives(List<String> words) {
        for (int i = 0; i < words.size(); i++) {
            if (ALTERNATIVES.matcher(words.get(i)).matches()) {
                return chosen(words, i);
            }
        }
        return List.of(words);
    }

    private static List<List<String>> chosen(List<String> words, int place) {
        List<List<String>> calls = new ArrayList<>();
        for (String choice : words.get(place).split("\\|", -1)) {
            List<String> call = new ArrayList<>(words);
            call.set(place, choice);
            calls.addAll(alternatives(call));
        }
        return calls;
    }
}
