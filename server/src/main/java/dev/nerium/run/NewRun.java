package dev.nerium.run;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The facts about a run before it starts.
 *
 * @param origin where it comes from
 * @param request the request, if it can be repeated
 * @param recordedAtEnd whether its record may be written once, when it has ended or has taken a while
 */
public record NewRun(
        UUID id,
        Owner owner,
        What what,
        Where where,
        Optional<String> destination,
        Optional<Request> request,
        RunOrigin origin,
        boolean recordedAtEnd) {
    /**
     * @param body as it was sent
     * @param resumption what else is needed to begin the run after a restart, where nobody waits for it
     */
    public record Request(String body, Optional<String> resumption) {}

    /**
     * The key of the request.
     *
     * @param groups to which it belonged then
     */
    public record Owner(String keyId, String name, Set<String> groups) {
        public Owner {
            groups = Set.copyOf(groups);
        }

        /** A key without groups. */
        public Owner(String keyId, String name) {
            this(keyId, name, Set.of());
        }
    }

    /** The code: SQL, a script, or the format of an upload. */
    public record What(String mode, String code, Map<String, String> params) {
        public What {
            params = Map.copyOf(params);
        }

        /** The same for the same code. */
        public String codeHash() {
            return Sha256.hex(code);
        }
    }

    /** The provider and tier that execute it. */
    public record Where(String provider, int vcpus) {}
}
