package dev.nerium.sandbox.protocol;

import java.io.IOException;

/** A worker sent what the protocol does not allow. */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    public ProtocolException(String what) {
        super("The worker sent " + what + ".");
    }
}
