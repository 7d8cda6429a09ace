package dev.freshet.ops.chaos.world;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node's process: {@code NodeMain SETTINGS CLOCK}. It serves as {@code freshet serve} does, with the settings of a properties file, and takes the time of day from an {@link
 * OffsetClock}. Told to stop, it stops cleanly; when its standard input ends, because its parent has ended, it ends at once.
 */
public final class NodeMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(NodeMain.class);

    private NodeMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 2) {
            System.err.println("usage: NodeMain SETTINGS CLOCK");
            System.exit(2);
        }
        Thread watch = new Thread(NodeMain::watchParent, "parent-watch");
        watch.setDaemon(true);
        watch.start();
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            Freshet.Running running =
                    Freshet.start(config(Path.of(arguments[0])), OffsetClock.of(Path.of(arguments[1])));
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(
                            () -> {
                                running.close();
                                stopped.countDown();
                            },
                            "freshet-shutdown"));
        } catch (RuntimeException | IOException e) {
            LOGGER.error("The node did not start", e);
            System.exit(1);
        }
        stopped.await();
    }

    private static FreshetConfig config(Path file) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            properties.load(in);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return new FreshetConfig(settings);
    }

    private static void watchParent() {
        try {
            int read = System.in.read();
            while (read >= 0) {
                read = System.in.read();
            }
        } catch (IOException e) {
            LOGGER.warn("Standard input failed, taken for its end", e);
        }
        // Nobody is left whom a clean stop would serve.
        Runtime.getRuntime().halt(3);
    }
}
