package dev.nerium.audit;

import dev.nerium.auth.Principal;
import java.util.List;
import java.util.Set;

/**
 * The key that changes something.
 *
 * @param groups to which the key belongs
 * @param address of the client; empty for changes of runs and of the server itself
 * @param request the client's header {@code X-Request-Id}; empty without one
 */
public record Actor(String keyId, String name, List<String> groups, String address, String request) {
    /** The server itself. */
    public static final Actor SERVER = of(Principal.SERVER);

    public Actor {
        groups = List.copyOf(groups);
    }

    /** A key whose client is not known. */
    public static Actor of(Principal principal) {
        return of(principal, "", "");
    }

    public static Actor of(Principal principal, String address, String request) {
        return new Actor(principal.keyId(), principal.name(), sorted(principal.groups()), address, request);
    }

    /** An account of the machine that uses a command beside the server. */
    public static Actor account(String name) {
        return new Actor("", name + "@localhost", List.of(), "", "");
    }

    /** A client without a valid key. */
    public static Actor unknown(String address) {
        return new Actor("", "", List.of(), address, "");
    }

    private static List<String> sorted(Set<String> groups) {
        return groups.stream().sorted().toList();
    }
}
