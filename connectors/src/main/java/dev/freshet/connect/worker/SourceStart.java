package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.worker.ConnectRest.Answer;
import dev.freshet.connect.worker.Problem.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Gives Connect a source's connector, new or changed, and waits until its tasks run. For one thread.
 *
 * <p>A failure that was already there is tried once more before it counts: Connect remembers what failed in the worker before this one, and may go on telling it
 * for a moment after it has accepted to start it again.
 */
final class SourceStart {
    private static final String LOOK = "look at the log, and whether other workers of the group hang.";

    private final ConnectRest rest;
    private final WorkerOutput output;
    private final Duration patience;
    private final Duration restart;
    private final Duration poll;

    /**
     * @param patience how long a connector may take until it runs
     * @param restart how long after a restart was accepted the failure before it may still be told
     * @param poll how often it is asked
     */
    SourceStart(ConnectRest rest, WorkerOutput output, Duration patience, Duration restart, Duration poll) {
        this.rest = requireNonNull(rest, "rest is null");
        this.output = requireNonNull(output, "output is null");
        this.patience = requireNonNull(patience, "patience is null");
        this.restart = requireNonNull(restart, "restart is null");
        this.poll = requireNonNull(poll, "poll is null");
    }

    /** @throws SourceFailedException with what to do, if Connect refuses it or it fails */
    void start(ConnectorConfig connector) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<Map<String, String>> present = rest.config(connector.name());
        if (present.isPresent() && present.get().equals(connector.settings())) {
            output.say("Source '" + connector.name() + "' is known and unchanged.");
        } else {
            output.say("Source '" + connector.name() + "' is " + (present.isPresent() ? "changed" : "new")
                    + ": checking the database …");
            put(connector, deadline);
        }
        awaitRunning(connector, deadline);
        output.say("Source '" + connector.name() + "' runs.");
    }

    private void put(ConnectorConfig connector, long deadline) throws IOException, InterruptedException {
        while (true) {
            Answer answer = rest.put(connector.name(), connector.settings());
            if (answer.ok()) {
                return;
            }
            Problem problem = Problem.ofRefusal(answer.message());
            // Connect answers with 500 as well when a file that a setting refers to, or a plug-in, is missing.
            if (!answer.later() || problem.kind() == Kind.CONFIGURATION) {
                throw new SourceFailedException(problem.text(connector.name(), connector.type()));
            }
            if (System.nanoTime() > deadline) {
                throw new SourceFailedException(
                        "source '" + connector.name() + "' was not taken within " + patience.toSeconds() + " s: "
                                + problem.reason() + ". What to do: "
                                + (problem.kind() == Kind.UNKNOWN ? "" : problem.remedy() + "; ") + LOOK);
            }
            Thread.sleep(poll.toMillis());
        }
    }

    private void awaitRunning(ConnectorConfig connector, long deadline) throws IOException, InterruptedException {
        boolean triedAgain = false;
        boolean stale = false;
        long staleUntil = 0;
        int seenRunning = 0;
        while (seenRunning < 2) {
            Optional<ConnectorStatus> status = rest.status(connector.name());
            Optional<String> failure = status.flatMap(ConnectorStatus::failure);
            boolean late = System.nanoTime() > deadline;
            // The failure from before the restart is told until another state is.
            stale = stale && (status.isEmpty() || failure.isPresent()) && System.nanoTime() < staleUntil;
            if (failure.isPresent() && (late || (triedAgain && !stale))) {
                throw new SourceFailedException(
                        Problem.ofTrace(failure.get()).text(connector.name(), connector.type()));
            }
            if (failure.isPresent() && !triedAgain) {
                // Accepted as soon as the group is not being rebalanced.
                triedAgain = rest.restart(connector.name()).ok();
                stale = triedAgain;
                staleUntil = System.nanoTime() + restart.toNanos();
            }
            // A task that fails does so right after it has been started: it must have been seen to run twice.
            seenRunning = status.isPresent() && status.get().running() ? seenRunning + 1 : 0;
            if (late) {
                throw new SourceFailedException("source '" + connector.name() + "' did not run within "
                        + patience.toSeconds() + " s; it is "
                        + status.map(ConnectorStatus::state).orElse("not there yet")
                        + ". What to do: " + LOOK);
            }
            Thread.sleep(poll.toMillis());
        }
    }
}
