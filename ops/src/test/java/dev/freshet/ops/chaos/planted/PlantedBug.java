package dev.freshet.ops.chaos.planted;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.fault.FaultKind;
import dev.freshet.ops.chaos.truth.Invariant;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** One bug for each invariant of the design that a workload can breach: what is done to which method of the product, and the faults that bring it to light. */
@SuppressWarnings("ImmutableEnumChecker") // The set is a copy that nobody can change.
enum PlantedBug {
    /** Some rows never reach the store. */
    LOST_ROW(
            Invariant.ACKNOWLEDGED_SEARCHABLE,
            "dev.freshet.search.StagedChanges",
            "put",
            BugAdvice.SkipSomeRows.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** The last chunk of a row that has several is forgotten. */
    LOST_CHUNK(
            Invariant.EXACT_IDS,
            "dev.freshet.refresh.ImageWriter",
            "row",
            BugAdvice.DropLastChunk.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** Some rows stay as they were first. */
    OLD_VERSION(
            Invariant.NEWEST_VERSION,
            "dev.freshet.search.StagedChanges",
            "put",
            BugAdvice.SkipSomeUpdates.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** Deletes are not applied. */
    RESURRECTION(
            Invariant.NO_RESURRECTION,
            "dev.freshet.search.StagedChanges",
            "delete",
            BugAdvice.Skip.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** An exact search leaves one out. */
    INEXACT_SEARCH(
            Invariant.EXACT_SEARCH,
            "dev.freshet.search.IndexGraph",
            "scan",
            BugAdvice.DropSecondResult.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** What changed after a snapshot is forgotten when the graph is read from it. */
    STALE_SNAPSHOT(
            Invariant.SNAPSHOTS,
            "dev.freshet.search.IndexPartition",
            "mark",
            BugAdvice.Skip.class,
            EnumSet.of(FaultKind.KILL, FaultKind.SNAPSHOT),
            "kill node"),
    /** Another model under the same name is not noticed. */
    MIXED_MODELS(
            Invariant.ONE_MODEL,
            "dev.freshet.embed.remote.OllamaApi",
            "fingerprint",
            BugAdvice.FirstAnswer.class,
            EnumSet.of(FaultKind.MODEL),
            "CHANGED_MODEL"),
    /** A partition that says nothing counts as one that found nothing. */
    HIDDEN_GAP(
            Invariant.COVERAGE,
            "dev.freshet.search.IndexGraph",
            "search",
            BugAdvice.SometimesNothing.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** A vector without a direction is taken. */
    UNCHECKED_VECTOR(
            Invariant.REFUSALS,
            "dev.freshet.http.VectorCheck",
            "checkNorm",
            BugAdvice.Skip.class,
            EnumSet.of(FaultKind.CLOCK),
            ""),
    /** A vector depends on when it was made. */
    UNSTEADY_VECTOR(
            Invariant.SAME_VECTOR,
            "dev.freshet.embed.remote.OllamaApi",
            "read",
            BugAdvice.TurnVectors.class,
            EnumSet.of(FaultKind.CLOCK),
            "");

    private final Invariant invariant;
    private final String className;
    private final String method;
    private final Class<?> advice;
    private final Set<FaultKind> faults;
    private final String needs;

    PlantedBug(
            Invariant invariant,
            String className,
            String method,
            Class<?> advice,
            EnumSet<FaultKind> faults,
            String needs) {
        this.invariant = requireNonNull(invariant, "invariant is null");
        this.className = requireNonNull(className, "className is null");
        this.method = requireNonNull(method, "method is null");
        this.advice = requireNonNull(advice, "advice is null");
        this.faults = Set.copyOf(faults);
        this.needs = requireNonNull(needs, "needs is null");
    }

    /** What it breaches. */
    Invariant invariant() {
        return invariant;
    }

    /**
     * What it may be found as. Rows of an old snapshot are missing or wrong before anybody knows why; so are vectors of another model, whose rows are not found by their own texts, and then nothing that
     * was waited for is there. A request that is taken and should not be makes the rows topic grow while it should rest.
     */
    Set<Invariant> seenAs() {
        Set<Invariant> seen = EnumSet.of(invariant);
        switch (this) {
            case STALE_SNAPSHOT ->
                seen.addAll(EnumSet.of(
                        Invariant.ACKNOWLEDGED_SEARCHABLE,
                        Invariant.EXACT_IDS,
                        Invariant.NEWEST_VERSION,
                        Invariant.NO_RESURRECTION,
                        Invariant.EXACT_SEARCH));
            case MIXED_MODELS ->
                seen.addAll(EnumSet.of(
                        Invariant.ACKNOWLEDGED_SEARCHABLE,
                        Invariant.NEWEST_VERSION,
                        Invariant.SAME_VECTOR,
                        Invariant.WAIT,
                        Invariant.PROGRESS));
            case UNCHECKED_VECTOR -> seen.add(Invariant.PROGRESS);
            default -> {}
        }
        return seen;
    }

    String className() {
        return className;
    }

    /** Every overload that has a body gets the advice. */
    String method() {
        return method;
    }

    /** What is woven into the method. */
    Class<?> advice() {
        return advice;
    }

    /** The kinds of faults of the run that has to find it. */
    Set<FaultKind> faults() {
        return faults;
    }

    /** A part of the name of a fault without which it cannot be seen; empty if any will do. */
    String needs() {
        return needs;
    }

    /** For how long it is looked for, which is one round in most cases. In the first there is hardly any snapshot yet. */
    Duration lasting() {
        return this == STALE_SNAPSHOT ? Duration.ofMinutes(2) : Duration.ofSeconds(1);
    }
}
