package dev.nerium.auth;

/** A key in the one moment in which its text is known. */
public record NewKey(Key key, String text) {
    @Override
    public String toString() {
        return "NewKey[name=" + key.name() + "]";
    }
}
