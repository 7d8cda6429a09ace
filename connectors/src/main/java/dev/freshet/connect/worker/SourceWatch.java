package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.worker.SourceHealth.Finding;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the sources while they run: tells how far snapshots are, tells when one fails, and starts it again. It has a thread of its own, from {@link #start} to
 * {@link #close}, which any thread may call. A look that fails, whatever the reason, is followed by the next.
 */
final class SourceWatch implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SourceWatch.class);
    private static final Duration POLL = Duration.ofSeconds(2);

    private final ConnectRest rest;
    private final WorkerOutput output;
    private final List<Watched> sources;
    private final Thread thread;

    private record Watched(String name, SourceHealth health, SnapshotProgress progress) {}

    SourceWatch(ConnectRest rest, WorkerOutput output, List<ConnectorConfig> sources) {
        this.rest = requireNonNull(rest, "rest is null");
        this.output = requireNonNull(output, "output is null");
        this.sources = sources.stream()
                .map(source ->
                        new Watched(source.name(), new SourceHealth(source), new SnapshotProgress(source.name())))
                .toList();
        this.thread = new Thread(this::run, "source-watch");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                for (Watched source : sources) {
                    look(source);
                }
                Thread.sleep(POLL.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Watched source) {
        try {
            source.progress().news().ifPresent(output::say);
            Optional<ConnectorStatus> status = rest.status(source.name());
            if (status.isEmpty()) {
                return;
            }
            Finding finding = source.health().look(status.get(), Instant.now());
            if (finding.line() != null) {
                output.problem(finding.line());
            }
            if (finding.startAgain()) {
                rest.restart(source.name());
            }
        } catch (IOException e) {
            // Connect is stopping, or busy; the next look comes soon.
            log.debug("No look at source {}", source.name(), e);
        } catch (RuntimeException e) {
            // The thread would end otherwise, and nobody would start a failed source again.
            log.warn("The look at source {} failed; the next comes in {} s", source.name(), POLL.toSeconds(), e);
        }
    }
}
