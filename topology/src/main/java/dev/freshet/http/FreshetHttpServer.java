package dev.freshet.http;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP server.
 *
 * <ul>
 *   <li>It binds to the given host and to no other address.
 *   <li>Threads are bounded, and no more than half of them ever wait for rows to become searchable.
 *   <li>{@link #close} lets requests in flight finish for up to {@value #STOP_SECONDS} seconds.
 * </ul>
 */
public final class FreshetHttpServer implements AutoCloseable {
    private static final int MAX_THREADS = 200;
    private static final int STOP_SECONDS = 10;
    private static final long IDLE_STOP_MS = 50;
    private static final long DRAIN_POLL_MS = 10;
    private static final String START_ATTRIBUTE = "freshet.start";

    private final HttpSettings settings;
    private final HttpServices services;
    private final GracefulHandler inFlight = new GracefulHandler();
    private final Javalin javalin;

    public FreshetHttpServer(HttpSettings settings, HttpServices services) {
        this.settings = settings;
        this.services = services;
        this.javalin = Javalin.create(this::configure);
    }

    /** Starts to listen. Throws with one line that says what to do if the port cannot be had. */
    public FreshetHttpServer start() throws IOException {
        try {
            javalin.start();
        } catch (UncheckedIOException e) {
            IOException bind = new BindException("cannot listen on " + settings.host() + ":" + settings.port() + ": "
                    + reason(e) + "; choose another port with --port");
            bind.initCause(e);
            throw bind;
        }
        return this;
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    @Override
    public void close() {
        drain();
        javalin.stop();
    }

    /**
     * Waits until no request is in flight. Left to Jetty's own graceful stop alone, an answer that is being written as the server stops is lost
     * now and then: its headers arrive and its body does not.
     */
    private void drain() {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        try {
            while (inFlight.getCurrentStreamWrapperCount() > 0 && System.nanoTime() < deadline) {
                Thread.sleep(DRAIN_POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String reason(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.toString() : deepest.getMessage();
    }

    private void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.http.prefer405over404 = true;
        config.jetty.threadPool = threads();
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(Duration.ofSeconds(STOP_SECONDS).toMillis());
            server.insertHandler(inFlight);
        });
        config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
        config.jetty.addConnector(this::connector);
        routes(config.routes);
    }

    private void routes(RoutesConfig routes) {
        RowWaiter waiter = new RowWaiter(services.search(), MAX_THREADS / 2);
        new ProbeRoutes(services).register(routes);
        new DatasetRoutes(services, settings).register(routes);
        new IngestRoutes(services.catalog(), services.rows(), waiter, settings).register(routes);
        IndexRoutes indexes = new IndexRoutes(services, settings);
        indexes.register(routes);
        new AliasRoutes(services.catalog(), settings).register(routes);
        new JobRoutes(services.catalog(), settings).register(routes);
        new DeadLetterRoutes(services.deadLetters(), settings).register(routes);
        new ItemRoutes(services, waiter, settings).register(routes);
        Searches searches = new Searches(services.catalog(), services.search());
        new ItemListRoutes(services).register(routes);
        new SearchRoutes(services, searches, settings).register(routes);
        // Without keys every caller is the same.
        new ProfileRoutes(services.catalog(), indexes::info, context -> "anonymous", settings).register(routes);
        new ProfileSearchRoutes(services, searches, settings).register(routes);
        Problems.register(routes);
        routes.before(context -> context.attribute(START_ATTRIBUTE, System.nanoTime()));
        routes.after(context -> measure(services.metrics(), context));
    }

    private static void measure(MeterRegistry metrics, Context context) {
        Long start = context.attribute(START_ATTRIBUTE);
        if (start == null) {
            return;
        }
        Timer.builder("freshet.http.requests")
                .description("HTTP requests by route and status")
                .tag("method", context.method().name())
                .tag("route", route(context))
                .tag("status", Integer.toString(context.statusCode()))
                .register(metrics)
                .record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }

    /** The pattern, not the path: the label has few values. */
    private static String route(Context context) {
        var endpoint = context.endpoints().lastHttpEndpoint();
        return endpoint == null ? "none" : endpoint.path;
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        // How long stopping waits for connections that are kept open without a request.
        connector.setShutdownIdleTimeout(IDLE_STOP_MS);
        try {
            // Binds now: once the server starts, a failure is logged with its stack trace before it gets here.
            connector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return connector;
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS, 8);
        threads.setName("freshet-http");
        return threads;
    }
}
