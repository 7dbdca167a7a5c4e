package dev.nerium.observe.trace;

import dev.nerium.observe.ObservedRun;
import dev.nerium.run.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The time of a run, divided into steps that follow each other.
 *
 * @param whole as long as the client waited, or as the run took if no client waited
 * @param ended the end of the run
 * @param steps the phases of the run, and the time between them
 * @param plans the plans that the run's worker requested during the step {@code execute}, in that order
 */
record RunTimeline(Step whole, Instant ended, List<Step> steps, List<Step> plans) {
    static final String EXECUTE = "execute";

    private static final String PLAN = "plan";
    private static final String QUEUE = "queue";
    private static final String FINISH = "finish";

    /** A gap of less than this part of the run is not a step of its own. */
    private static final int SMALLEST_PART = 200;

    RunTimeline {
        steps = List.copyOf(steps);
        plans = List.copyOf(plans);
    }

    record Step(String name, Instant start, Instant end) {
        /** The part that lies within another step. */
        private Step within(Step outer) {
            Instant from = later(start, outer.start);
            Instant to = later(earlier(end, outer.end), earlier(from, outer.end));
            return new Step(name, earlier(from, to), to);
        }

        private Duration duration() {
            return Duration.between(start, end);
        }
    }

    /** @param end of the response if a client waited for the run */
    static RunTimeline of(ObservedRun observed, Instant end) {
        Optional<Instant> awaited = observed.origin().awaitedSince();
        Instant start = awaited.orElse(observed.run().times().queued());
        Step whole = new Step("", start, later(start, later(end, observed.at())));
        List<Step> phases = phases(observed, awaited.isPresent() ? whole.end() : observed.at()).stream()
                .map(phase -> phase.within(whole))
                .toList();
        Step execute = phases.stream()
                .filter(phase -> phase.name().equals(EXECUTE))
                .findFirst()
                .orElse(whole);
        List<Step> plans = observed.phases().stream()
                .filter(phase -> phase.name().equals(PLAN))
                .map(phase -> step(PLAN, phase).within(execute))
                .toList();
        return new RunTimeline(whole, earlier(observed.at(), whole.end()), filled(phases, whole, observed.at()), plans);
    }

    /** The measured phases, except plans, in the order of their starts. */
    private static List<Step> phases(ObservedRun observed, Instant end) {
        List<Step> phases = new ArrayList<>();
        for (Phase phase : observed.phases()) {
            switch (phase.name()) {
                case PLAN -> {}
                case QUEUE -> {
                    // The phase ends with a worker; the wait for a place is the first part of it.
                    Step queue = step(QUEUE, phase);
                    Instant place = observed.run().times().scheduled().orElse(queue.end());
                    Step wait = new Step(QUEUE, queue.start(), place).within(queue);
                    phases.add(wait);
                    phases.add(new Step("sandbox", wait.end(), queue.end()));
                }
                default -> phases.add(step(phase.name(), phase));
            }
        }
        if (end.isAfter(observed.at())) {
            phases.add(new Step("encode", observed.at(), end));
        }
        phases.sort(Comparator.comparing(Step::start));
        return phases;
    }

    private static Step step(String name, Phase phase) {
        return new Step(name, phase.start(), phase.start().plus(phase.duration()));
    }

    /** Names the time between the phases after the work that is done then. */
    private static List<Step> filled(List<Step> phases, Step whole, Instant ended) {
        Duration smallest = whole.duration().dividedBy(SMALLEST_PART);
        List<Step> steps = new ArrayList<>();
        Instant last = whole.start();
        for (Step phase : phases) {
            addGap(steps, new Step(steps.isEmpty() ? "accept" : before(phase), last, phase.start()), smallest);
            steps.add(phase);
            last = later(last, phase.end());
        }
        addGap(steps, new Step(phases.isEmpty() ? "accept" : FINISH, last, earlier(ended, whole.end())), smallest);
        return steps;
    }

    private static String before(Step phase) {
        return switch (phase.name()) {
            case QUEUE, EXECUTE -> "prepare";
            default -> FINISH;
        };
    }

    private static void addGap(List<Step> steps, Step gap, Duration smallest) {
        if (gap.end().isAfter(gap.start()) && gap.duration().compareTo(smallest) > 0) {
            steps.add(gap);
        }
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }
}
