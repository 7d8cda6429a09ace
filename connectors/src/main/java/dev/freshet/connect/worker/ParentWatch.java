package dev.freshet.connect.worker;

import java.io.IOException;
import java.io.InputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends this process when its standard input does, which the operating system sees to however the parent ends. */
final class ParentWatch {
    private static final Logger log = LoggerFactory.getLogger(ParentWatch.class);

    private ParentWatch() {}

    static void start(InputStream in) {
        Thread thread = new Thread(() -> watch(in), "parent-watch");
        thread.setDaemon(true);
        thread.start();
    }

    private static void watch(InputStream in) {
        try {
            int read = in.read();
            while (read >= 0) {
                read = in.read();
            }
        } catch (IOException e) {
            log.warn("Standard input failed, taken for its end", e);
        }
        System.exit(0);
    }
}
