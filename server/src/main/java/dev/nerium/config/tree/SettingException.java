package dev.nerium.config.tree;

/** A setting that can't be used; the message names it. */
public final class SettingException extends RuntimeException {
    SettingException(String message) {
        super(message);
    }
}
