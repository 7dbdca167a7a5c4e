package dev.nerium.config;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.Optional;

/** A text that no log or message shows; empty where there is none. */
public record Secret(String text) {
    @JsonCreator
    public static Secret of(String text) {
        return new Secret(text);
    }

    public Optional<String> value() {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    @Override
    public String toString() {
        return "Secret[…]";
    }
}
