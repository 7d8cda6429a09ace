package dev.freshet.ops.broker;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker's child process: {@code BrokerMain DIRECTORY PORT CONTROLLER_PORT [NAME:PORT:ADVERTISED_PORT…]}, the last for each {@link BrokerListener}. It ends when its standard input does, which the operating
 * system sees to however the parent ends.
 *
 * <p>Ctrl-C reaches parent and child at once. The child then keeps serving until the parent has closed its standard input, so that the
 * parent can finish what needs the broker.
 */
public final class BrokerMain {
    private static final Logger LOGGER = LoggerFactory.getLogger(BrokerMain.class);
    private static final long PARENT_WAIT_SECONDS_MAX = 30;
    private static final long SHUTDOWN_SECONDS_MAX = 20;

    private final CountDownLatch parentIsDone = new CountDownLatch(1);
    private final AtomicReference<@Nullable EmbeddedBroker> broker = new AtomicReference<>();

    private BrokerMain() {}

    public static void main(String[] arguments) {
        if (arguments.length < 3) {
            System.err.println("usage: BrokerMain DIRECTORY PORT CONTROLLER_PORT [NAME:PORT:ADVERTISED_PORT…]");
            System.exit(2);
        }
        new BrokerMain()
                .run(
                        Path.of(arguments[0]),
                        Integer.parseInt(arguments[1]),
                        Integer.parseInt(arguments[2]),
                        Arrays.stream(arguments)
                                .skip(3)
                                .map(BrokerListener::parse)
                                .toList());
    }

    private void run(Path directory, int port, int controllerPort, List<BrokerListener> more) {
        Runtime.getRuntime().addShutdownHook(new Thread(this::shutDown, "broker-shutdown"));
        daemon("parent-watch", this::watchParent);
        try {
            broker.set(EmbeddedBroker.start(directory, port, controllerPort, more));
            LOGGER.info("The broker takes requests on 127.0.0.1:{}", port);
        } catch (RuntimeException e) {
            LOGGER.error("The broker did not start", e);
            System.err.println(e.getMessage());
            parentIsDone.countDown();
            System.exit(1);
        }
    }

    private void watchParent() {
        try {
            int read = System.in.read();
            while (read >= 0) {
                read = System.in.read();
            }
        } catch (IOException e) {
            LOGGER.warn("Standard input failed, taken for its end", e);
        }
        parentIsDone.countDown();
        System.exit(0);
    }

    private void shutDown() {
        try {
            if (!parentIsDone.await(PARENT_WAIT_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOGGER.warn("The parent did not let go within {} s", PARENT_WAIT_SECONDS_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        daemon("broker-halt", BrokerMain::haltLater);
        EmbeddedBroker running = broker.get();
        if (running != null) {
            running.close();
        }
    }

    private static void haltLater() {
        try {
            TimeUnit.SECONDS.sleep(SHUTDOWN_SECONDS_MAX);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(3);
    }

    private static void daemon(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }
}
