package dev.nerium.config.tree;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;

/**
 * One effective setting.
 *
 * @param value without secrets
 */
public record Setting(String key, JsonNode value, SettingOrigin origin) {
    static final String HIDDEN = "(hidden)";

    /** Secrets in addresses: {@code user:password@host}, and options such as {@code password=...}. */
    private static final Pattern SECRET = Pattern.compile(
            "(?i)(?<=://)[^/@\\s]+(?=@)|(?<=(?:password|passwd|secret|token|credential|access-key|apikey|api-key)=)[^&;\\s]+");

    static Setting of(String key, JsonNode value, SettingOrigin origin) {
        return new Setting(
                key,
                value.isTextual()
                        ? TextNode.valueOf(SECRET.matcher(value.textValue()).replaceAll(HIDDEN))
                        : value,
                origin);
    }
}
