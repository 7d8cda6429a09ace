package dev.freshet.ops.cli;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Closes what a command holds if the process is told to stop, for example by Ctrl-C, before the command ends by itself. */
final class AtShutdown {
    private static final Logger log = LoggerFactory.getLogger(AtShutdown.class);

    private final Thread hook;

    private AtShutdown(List<AutoCloseable> held) {
        this.hook = new Thread(() -> held.forEach(AtShutdown::closeOne), "freshet-shutdown");
    }

    /** In this order. */
    static AtShutdown close(AutoCloseable... held) {
        AtShutdown shutdown = new AtShutdown(List.of(held));
        Runtime.getRuntime().addShutdownHook(shutdown.hook);
        return shutdown;
    }

    private static void closeOne(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // The rest is closed all the same; nobody is left who could do more.
            log.warn("Could not be closed: {}", closeable, e);
        }
    }

    /** Takes it back. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is ending, and the hook runs.
            log.debug("The hook already runs", e);
        }
    }
}
