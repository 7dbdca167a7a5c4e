package dev.nerium.error;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The limit of a quota that a run reached.
 *
 * @param owner whose quota it is, such as {@code group 'analysts'}
 * @param limit such as {@code concurrent_runs}
 * @param used without what was refused; empty for the limit of one run
 * @param resetsAt when the use begins at 0 again; empty if the use does not end with a day
 */
public record ExceededQuota(String owner, String limit, long value, OptionalLong used, Optional<Instant> resetsAt) {}
