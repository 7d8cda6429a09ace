package dev.freshet.app;

import dev.freshet.app.metrics.StreamsMeters;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one stream application. A stream thread that fails (the registry or the broker out of reach, a bug) is logged and replaced, waiting longer each time
 * it fails again soon; what it had not committed is done again.
 */
final class StreamsRunner implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StreamsRunner.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(15);
    private static final long FIRST_PAUSE_MS = 250;
    private static final long LONGEST_PAUSE_MS = 10_000;
    private static final Duration CALM = Duration.ofMinutes(1);

    private final String name;
    private final KafkaStreams streams;
    private final Counter failures;
    private final List<Runnable> stateListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong pauseMs = new AtomicLong(FIRST_PAUSE_MS);
    private volatile long lastFailure = System.nanoTime();
    private volatile boolean closing;

    StreamsRunner(String name, Topology topology, Properties settings, StreamsMeters meters) {
        this.name = name;
        this.streams = new KafkaStreams(topology, settings);
        this.failures = meters.observe(name, streams);
        streams.setUncaughtExceptionHandler(this::failed);
        streams.setStateListener((now, before) -> stateListeners.forEach(Runnable::run));
    }

    String name() {
        return name;
    }

    void start() {
        streams.start();
    }

    /** Runs the task once, when the application runs for the first time. To be called before {@link #start}. */
    void onRunning(Runnable task) {
        AtomicBoolean ran = new AtomicBoolean();
        onStateChange(() -> {
            if (running() && ran.compareAndSet(false, true)) {
                task.run();
            }
        });
    }

    /** Runs the task whenever the application's state has changed, on a thread of the application. */
    void onStateChange(Runnable task) {
        stateListeners.add(task);
    }

    KafkaStreams streams() {
        return streams;
    }

    boolean running() {
        return streams.state() == KafkaStreams.State.RUNNING;
    }

    @Override
    public void close() {
        closing = true;
        boolean closed = streams.close(CloseOptions.timeout(CLOSE_WITHIN)
                .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
        if (!closed) {
            log.warn("The {} application did not stop within {} s", name, CLOSE_WITHIN.toSeconds());
        }
    }

    private StreamThreadExceptionResponse failed(Throwable failure) {
        if (closing) {
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        }
        failures.increment();
        tellOnce(failure);
        long now = System.nanoTime();
        if (now - lastFailure > CALM.toNanos()) {
            pauseMs.set(FIRST_PAUSE_MS);
        }
        lastFailure = now;
        long pause = pauseMs.getAndUpdate(ms -> Math.min(LONGEST_PAUSE_MS, ms * 2));
        log.error("The {} application failed and goes on in {} ms from its last commit", name, pause, failure);
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return StreamThreadExceptionResponse.REPLACE_THREAD;
    }

    /** Kafka Streams ends the thread by throwing the failure on, and the JVM would print what the log has already. */
    private void tellOnce(Throwable failure) {
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {
            if (thrown != failure) {
                log.error("A thread of the {} application ended", name, thrown);
            }
        });
    }
}
