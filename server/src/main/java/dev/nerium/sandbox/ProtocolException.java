package dev.nerium.sandbox;

import java.io.IOException;

/** A worker sent what the protocol does not allow. */
final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1;

    ProtocolException(String what) {
        super("The worker sent " + what + ".");
    }
}
