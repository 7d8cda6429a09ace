package dev.freshet.search;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Gathering.Gathered;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Whether what was gathered is enough for the request; throws a {@link FreshetException} that says what is missing. */
final class GatheredCheck {
    private final int partitions;
    private final Gathered gathered;
    private final long deadline;
    private final Set<Integer> answered;

    GatheredCheck(int partitions, Gathered gathered, long deadline) {
        this.partitions = partitions;
        this.gathered = gathered;
        this.deadline = deadline;
        this.answered =
                gathered.answers().stream().map(PartitionFindings::partition).collect(Collectors.toSet());
    }

    /** Every partition that was to have reached a position has. */
    void reached(Map<Integer, Long> positions) {
        new TreeMap<>(positions).forEach((partition, wanted) -> {
            Long reached = gathered.behind().get(partition);
            if (!answered.contains(partition) && reached != null) {
                throw new FreshetException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "partition " + partition + " has reached position " + reached + " and not yet " + wanted
                                + ": give it more time, or search without min_positions");
            }
            if (!answered.contains(partition)) {
                throw new FreshetException(
                        expired() ? ErrorCode.DEADLINE_EXCEEDED : ErrorCode.NOT_READY,
                        "partition " + partition + ", which was to have reached position " + wanted
                                + ", did not answer: try again");
            }
        });
    }

    /** At least one partition answered. */
    void answered() {
        if (gathered.answers().isEmpty()) {
            throw expired()
                    ? new FreshetException(
                            ErrorCode.DEADLINE_EXCEEDED, "no partition answered within the timeout, give it more time")
                    : new FreshetException(
                            ErrorCode.NOT_READY, "no partition of the index is ready in any process, try again soon");
        }
    }

    /** Every partition answered. */
    void complete() {
        List<Integer> missing = IntStream.range(0, partitions)
                .filter(partition -> !answered.contains(partition))
                .boxed()
                .toList();
        if (!missing.isEmpty()) {
            throw new FreshetException(
                    ErrorCode.INCOMPLETE,
                    answered.size() + " of " + partitions + " partitions answered, missing "
                            + (missing.size() == 1 ? "is " : "are ")
                            + missing.stream().map(String::valueOf).collect(Collectors.joining(", "))
                            + ": try again soon" + (expired() ? " with more time" : "")
                            + ", or search without require_complete");
        }
    }

    private boolean expired() {
        return Deadline.isOver(deadline);
    }
}
