package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.source.ConnectorConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one running source, and when it is started again after a failure: after 10 s, and twice as long after each further failure, 5 minutes at most. A
 * source that has run for as long as it would have to wait is taken for well. A failure is told once, and again when it is another one. For one thread.
 */
final class SourceHealth {
    static final Duration WAIT_MIN = Duration.ofSeconds(10);
    static final Duration WAIT_MAX = Duration.ofMinutes(5);
    private static final Pattern NUMBER = Pattern.compile("[0-9A-F]*[0-9][0-9A-F]*");

    private final ConnectorConfig source;
    private Duration wait = WAIT_MIN;
    private @Nullable Instant startAgainAt;
    private @Nullable Instant runningSince;
    /** What was told of the failure that goes on; null: it runs. */
    private @Nullable String told;

    SourceHealth(ConnectorConfig source) {
        this.source = requireNonNull(source, "source is null");
    }

    /**
     * What follows from a look at it.
     *
     * @param line to tell the user; null: nothing new
     * @param startAgain whether what failed is to be started again now
     */
    record Finding(@Nullable String line, boolean startAgain) {
        static final Finding NOTHING = new Finding(null, false);
    }

    Finding look(ConnectorStatus status, Instant now) {
        if (status.failure().isPresent()) {
            return failed(status.failure().get(), now);
        }
        if (!status.running()) {
            return Finding.NOTHING;
        }
        boolean recovered = startAgainAt != null;
        startAgainAt = null;
        told = null;
        if (runningSince == null) {
            runningSince = now;
        } else if (runningSince.plus(wait).isBefore(now)) {
            wait = WAIT_MIN;
        }
        return recovered ? new Finding("Source '" + source.name() + "' runs again.", false) : Finding.NOTHING;
    }

    private Finding failed(String trace, Instant now) {
        runningSince = null;
        boolean startAgain = startAgainAt != null && !now.isBefore(startAgainAt);
        if (startAgain) {
            wait = wait.multipliedBy(2).compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait.multipliedBy(2);
        }
        if (startAgain || startAgainAt == null) {
            startAgainAt = now.plus(wait);
        }
        return new Finding(news(Problem.ofTrace(trace), Duration.between(now, startAgainAt), startAgain), startAgain);
    }

    /** The line about a failure; null if it is the one that was told. */
    private @Nullable String news(Problem problem, Duration untilStart, boolean startAgain) {
        // Places in logs, ports and times differ each time.
        String kind = NUMBER.matcher(problem.reason()).replaceAll("#");
        if (kind.equals(told)) {
            return null;
        }
        told = kind;
        return problem.text(source.name(), source.type()) + " It is started again "
                + (startAgain ? "now." : "in " + Math.max(1, untilStart.toSeconds()) + " s.");
    }
}
