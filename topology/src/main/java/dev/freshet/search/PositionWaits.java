package dev.freshet.search;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * Those who wait for a partition to reach a position, without a thread of their own. Costs a writer nothing while nobody waits; otherwise a look at each condition. Bounded by the
 * requests that wait. Thread-safe.
 */
final class PositionWaits {
    private final Set<Wait> waits = ConcurrentHashMap.newKeySet();

    /**
     * Completes when the condition holds, on the thread that changed it or this one; a caller that no longer waits cancels it.
     *
     * @param condition cheap; called by any thread, also after it was true
     */
    CompletableFuture<Void> until(BooleanSupplier condition) {
        Wait wait = new Wait(condition, new CompletableFuture<>());
        waits.add(wait);
        wait.reached.whenComplete((nothing, cancelled) -> waits.remove(wait));
        look(wait); // It may have become true before the wait could be seen.
        return wait.reached;
    }

    /** Something changed, and can be seen. */
    void changed() {
        if (!waits.isEmpty()) {
            waits.forEach(PositionWaits::look);
        }
    }

    int size() {
        return waits.size();
    }

    private static void look(Wait wait) {
        if (!wait.reached.isDone() && wait.condition.getAsBoolean()) {
            wait.reached.complete(null);
        }
    }

    // By identity: two waits may be for the same thing.
    private static final class Wait {
        private final BooleanSupplier condition;
        private final CompletableFuture<Void> reached;

        Wait(BooleanSupplier condition, CompletableFuture<Void> reached) {
            this.condition = condition;
            this.reached = reached;
        }
    }
}
