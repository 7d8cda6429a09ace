package dev.freshet.http;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.RowPosition;
import dev.freshet.search.SearchService;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Semaphore;

/** Waits until written rows are searchable. So that waiting writers never hold all of the server's threads, only some may wait at once. */
final class RowWaiter {
    private final SearchService search;
    private final Semaphore places;

    RowWaiter(SearchService search, int maxWaiting) {
        this.search = search;
        this.places = new Semaphore(maxWaiting);
    }

    /** Writes and then waits. The place is taken before anything is written, so that a refusal changes nothing. */
    void withPlace(Work work) throws IOException {
        if (!places.tryAcquire()) {
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    "too many writers are waiting for their rows; try again, or write with wait=false");
        }
        try {
            work.run();
        } finally {
            places.release();
        }
    }

    /** What is done on a place. */
    interface Work {
        void run() throws IOException;
    }

    /**
     * Waits in every index for the changes and completes the answer. Throws {@code DEADLINE_EXCEEDED} with all that the answer has when some
     * are not searchable in time.
     */
    WriteAnswer await(
            List<IndexDefinition> indexes, Collection<RowPosition> positions, Duration timeout, WriteAnswer answer) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Map<String, WriteAnswer.FailedRow> failed = new LinkedHashMap<>();
        Set<String> missing = new LinkedHashSet<>();
        for (IndexDefinition index : positions.isEmpty() ? List.<IndexDefinition>of() : indexes) {
            Duration left = Duration.ofNanos(Math.max(deadline - System.nanoTime(), 0));
            AwaitResult result = awaitOne(index, positions, left);
            result.failed()
                    .forEach((row, failure) ->
                            failed.putIfAbsent(row, new WriteAnswer.FailedRow(row, failure.code(), failure.message())));
            missing.addAll(result.missing());
        }
        WriteAnswer complete = answer.afterWaiting(List.copyOf(failed.values()), List.copyOf(missing));
        if (!missing.isEmpty()) {
            throw new ProblemException(
                    ErrorCode.DEADLINE_EXCEEDED,
                    "all accepted rows are written and will become searchable, but " + missing.size()
                            + " of them were not within " + timeout.toMillis() + " ms (timeout_ms)",
                    HttpJson.fields(complete));
        }
        return complete;
    }

    private AwaitResult awaitOne(IndexDefinition index, Collection<RowPosition> positions, Duration timeout) {
        try {
            return search.await(index.id(), positions, timeout);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(
                    ErrorCode.NOT_READY, "the rows are written; the server is stopping and cannot wait for them", e);
        }
    }
}
