package dev.nerium.http.workload;

import dev.nerium.workload.request.WorkloadRequest;

/**
 * A workload, and the form in which its client reads the outcome.
 *
 * @param background whether the client polls the run in place of waiting
 */
record RoutedRequest(WorkloadRequest workload, ReplyForm form, boolean background) {
    RoutedRequest with(WorkloadRequest other) {
        return new RoutedRequest(other, form, background);
    }
}
