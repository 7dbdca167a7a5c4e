package dev.nerium.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** One Markdown file. */
record MarkdownPage(Path file, String text) {
    private static final Pattern FENCED = Pattern.compile("(?ms)^ {0,3}```(\\w*)[^\\n]*\\n(.*?)^ {0,3}```[ \\t]*$");
    private static final Pattern PARAGRAPHS = Pattern.compile("\\n\\s*\\n");
    private static final Pattern SPAN = Pattern.compile("`([^`]+)`");
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

    /** A fenced block of code; the language is empty where none is named. */
    record Block(String language, String text) {}

    static MarkdownPage of(Path file) {
        return new MarkdownPage(file, Repository.read(file));
    }

    /** The path below the repository's root. */
    String name() {
        return Repository.ROOT.relativize(file).toString();
    }

    List<Block> blocks() {
        return FENCED.matcher(text)
                .results()
                .map(block -> new Block(block.group(1), block.group(2)))
                .toList();
    }

    /** The texts between backticks outside of blocks, in the page's order. A span may go on in the next line. */
    List<String> codeSpans() {
        return Stream.of(PARAGRAPHS.split(prose()))
                .flatMap(paragraph -> SPAN.matcher(paragraph).results())
                .map(span -> span.group(1).replaceAll("\\s+", " "))
                .toList();
    }

    /** The targets of links. */
    List<String> links() {
        return first(LINK, withoutSpans());
    }

    /** The names by which links reach the page's headings. */
    Set<String> anchors() {
        Map<String, Integer> seen = new HashMap<>();
        Set<String> anchors = new LinkedHashSet<>();
        for (String heading : first(HEADING, prose())) {
            String slug = slug(heading);
            int before = seen.merge(slug, 1, Integer::sum) - 1;
            anchors.add(before == 0 ? slug : slug + "-" + before);
        }
        return Collections.unmodifiableSet(anchors);
    }

    /** GitHub's rule: lower case, no punctuation, hyphens for spaces. */
    static String slug(String heading) {
        return LINK.matcher(heading)
                .replaceAll(MarkdownPage::label)
                .strip()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{M}\\p{N}_ -]", "")
                .replace(' ', '-');
    }

    private static String label(MatchResult link) {
        String label = link.group().substring(1, link.group().indexOf(']'));
        return java.util.regex.Matcher.quoteReplacement(label);
    }

    private String prose() {
        return FENCED.matcher(text).replaceAll("");
    }

    private String withoutSpans() {
        return SPAN.matcher(prose()).replaceAll("");
    }

    private static List<String> first(Pattern pattern, String text) {
        List<String> found = new ArrayList<>();
        pattern.matcher(text).results().forEach(match -> found.add(match.group(1)));
        return found;
    }
}
