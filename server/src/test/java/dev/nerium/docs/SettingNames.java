package dev.nerium.docs;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of settings that a page names between backticks. */
final class SettingNames {
    /** {@code sandbox.timeout}, {@code sandbox.enforcement: strict} or {@code results.*}. */
    private static final Pattern KEY =
            Pattern.compile("([a-z][a-z-]*(?:\\.[a-z0-9][a-z0-9-]*)+|[a-z][a-z-]*(?=\\.\\*))(?:\\.\\*)?(?:: .*)?");

    /** {@code .worker-max-age}: a neighbour of the key before it. */
    private static final Pattern NEIGHBOUR = Pattern.compile("\\.[a-z][a-z0-9-]*");

    private SettingNames() {}

    static List<String> on(MarkdownPage page) {
        List<String> keys = new ArrayList<>();
        for (String span : page.codeSpans()) {
            Matcher key = KEY.matcher(span);
            if (key.matches() && isSetting(key.group(1))) {
                keys.add(key.group(1));
            } else if (!keys.isEmpty() && NEIGHBOUR.matcher(span).matches()) {
                keys.add(section(keys.getLast()) + span);
            }
        }
        return keys;
    }

    /** Whether the first part is a section of {@code nerium.yaml}; some Python files are called as these are. */
    private static boolean isSetting(String name) {
        return Settings.sections().contains(name.split("\\.", 2)[0]) && !name.endsWith(".py");
    }

    private static String section(String key) {
        return key.substring(0, key.lastIndexOf('.'));
    }
}
