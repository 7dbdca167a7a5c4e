package dev.nerium.run;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What is known of a run before it starts. */
public record NewRun(UUID id, String principal, What what, Where where, Optional<String> destination) {
    /** The code: SQL, a script, or the format of an upload. */
    public record What(String mode, String code, Map<String, String> params) {
        public What {
            params = Map.copyOf(params);
        }
    }

    /** What runs it. */
    public record Where(String provider, int vcpus) {}
}
