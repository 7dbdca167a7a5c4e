package dev.nerium.run;

import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What is known of a run before it starts. */
public record NewRun(
        UUID id,
        String mode,
        String principal,
        String code,
        Map<String, String> params,
        String provider,
        int vcpus,
        Optional<String> destination) {
    public NewRun {
        params = Map.copyOf(params);
    }
}
