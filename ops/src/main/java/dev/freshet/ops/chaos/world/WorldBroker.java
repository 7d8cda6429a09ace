package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.broker.BrokerProcess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The broker of a {@link World}, always on the same directory and ports. Thread-safe. */
public final class WorldBroker implements AutoCloseable {
    private final BrokerProcess.Config config;
    private @Nullable BrokerProcess process;
    /** Whether the process that runs, or ran last, was told to end. */
    private boolean toldToEnd = true;

    /** @param config with a fixed port */
    WorldBroker(BrokerProcess.Config config) {
        this.config = requireNonNull(config, "config is null");
        if (config.port() == 0) {
            throw new IllegalArgumentException("The broker needs a port that stays the same");
        }
    }

    /** Starts it, and returns when it answers. Does nothing if it runs. */
    public synchronized void start() {
        if (!alive()) {
            toldToEnd = false;
            process = BrokerProcess.start(config);
        }
    }

    /** Kills it with SIGKILL, and returns when it is gone. */
    public synchronized void kill() {
        toldToEnd = true;
        if (process != null) {
            process.kill();
        }
    }

    /** Stops it cleanly, and returns when it has. */
    public synchronized void stop() {
        toldToEnd = true;
        if (process != null) {
            process.close();
        }
    }

    public synchronized boolean alive() {
        return process != null && process.isAlive();
    }

    /** Whether it has ended and nobody told it to. */
    public synchronized boolean endedByItself() {
        return !toldToEnd && !alive();
    }

    /** The listener that no proxy is in front of. */
    public String bootstrap() {
        return "127.0.0.1:" + config.port();
    }

    public Path log() {
        return config.log();
    }

    /** Kills it: nobody needs its data any more. */
    @Override
    public void close() {
        kill();
    }
}
