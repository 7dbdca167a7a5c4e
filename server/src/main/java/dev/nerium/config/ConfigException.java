package dev.nerium.config;

/** A setting that can't be used; the message names its key. */
public final class ConfigException extends RuntimeException {
    public ConfigException(String message) {
        super(message);
    }
}
