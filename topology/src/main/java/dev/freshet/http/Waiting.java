package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;

/** Whether and how long a writer waits for its rows: the query parameters {@code wait} and {@code timeout_ms}. */
record Waiting(boolean wanted, Duration timeout) {
    /** Longest wait that may be asked for. */
    static final int MAX_TIMEOUT_MS = 600_000;

    static Waiting of(Context context, HttpSettings settings, boolean absent) {
        QueryParameters query = QueryParameters.of(context, "wait", "timeout_ms");
        boolean wanted = query.flag("wait", absent);
        if (!wanted && query.text("timeout_ms") != null) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "query parameter 'timeout_ms' goes with wait=true, this does not wait");
        }
        int timeout = query.integer("timeout_ms", (int) settings.waitTimeout().toMillis(), 1, MAX_TIMEOUT_MS);
        return new Waiting(wanted, Duration.ofMillis(timeout));
    }

    /** Runs the work, on a place among the waiting if it will wait. */
    void run(RowWaiter waiter, RowWaiter.Work work) throws IOException {
        if (wanted) {
            waiter.withPlace(work);
        } else {
            work.run();
        }
    }
}
