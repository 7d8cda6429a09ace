package dev.freshet.http;

import dev.freshet.cluster.NodeApi;
import dev.freshet.http.access.Principal;
import dev.freshet.http.openapi.Route;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.compression.Gzip;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP server.
 *
 * <ul>
 *   <li>It binds to the given host and to no other address.
 *   <li>Threads are bounded, and there are some that nothing can take that may wait for other processes: neither searches nor looks nor writers that wait for their rows, nor callers who are being refused. So the calls of other
 *       processes, which wait for no further one, are always answered.
 *   <li>{@link #close} takes no new connections, lets requests in flight finish for up to {@value #STOP_SECONDS} seconds, and asks callers to leave their connections;
 *       {@code /readyz} is 503 from then on.
 *   <li>Every answer has the request's id, and every refusal is a problem, also of what is no HTTP at all.
 * </ul>
 */
public final class FreshetHttpServer implements AutoCloseable {
    private static final int WAITING_WRITERS = 100;

    private static final int LOOKUPS = 64;

    /** For everything that waits for no other process: writes, probes, and accepting connections. */
    private static final int OTHER_THREADS = 64;

    /** Answers that fit one packet gain nothing by being packed. */
    private static final int GZIP_FROM_BYTES = 1_400;

    /** The fastest: of JSON, the slower ones take off little more. */
    private static final int GZIP_LEVEL = 1;

    private static final int STOP_SECONDS = 10;
    private static final long IDLE_STOP_MS = 50;
    private static final long DRAIN_POLL_MS = 10;
    private static final String START_ATTRIBUTE = "freshet.start";

    private final HttpSettings settings;
    private final HttpServices services;
    private final @Nullable ListeningSocket socket;
    private final GracefulHandler inFlight = new GracefulHandler();
    private final @Nullable Certificates certificates;
    private final RequestIds requestIds = new RequestIds();
    private volatile boolean stopping;
    private @Nullable ServerConnector connector;
    private final Javalin javalin;

    public FreshetHttpServer(HttpSettings settings, HttpServices services) {
        this(settings, services, null);
    }

    /** @param socket to listen on, instead of one of its own; closed with the server */
    public FreshetHttpServer(HttpSettings settings, HttpServices services, @Nullable ListeningSocket socket) {
        this.settings = settings;
        this.services = new LookupPlaces(LOOKUPS).over(services);
        ServerTls tls = settings.security().tls();
        this.certificates = tls == null ? null : new Certificates(tls);
        this.socket = socket;
        this.javalin = Javalin.create(this::configure);
        endpoints().forEach(FreshetHttpServer::requireAccess);
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
        if (certificates != null) {
            certificates.start();
        }
        return this;
    }

    /** Every route, as it was registered. */
    List<Endpoint> endpoints() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .toList();
    }

    private static void requireAccess(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        AccessCheck.of(roles == null ? Set.of() : roles.getRoles());
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** The routes that clients may call, in the order in which they are registered. */
    List<Route> routes() {
        return endpoints().stream()
                .flatMap(endpoint -> route(endpoint).stream())
                .toList();
    }

    private static Optional<Route> route(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        String access = roles == null
                ? ""
                : roles.getRoles().stream()
                        .map(role -> role.toString().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(" "));
        return access.equals("node")
                ? Optional.empty()
                : Optional.of(new Route(endpoint.method.name(), endpoint.path, access));
    }

    @Override
    public void close() {
        if (certificates != null) {
            certificates.close();
        }
        stopping = true;
        requestIds.askToLeave();
        if (connector != null) {
            // Callers that come now are refused at once, and can ask another process.
            connector.close();
        }
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
        config.http.compressionStrategy = compression();
        config.jetty.threadPool = threads(settings.limits());
        ProblemErrorHandler errors = new ProblemErrorHandler(settings.limits().headerBytes());
        config.jetty.modifyServer(server -> {
            withoutStatistics(server);
            server.setStopTimeout(Duration.ofSeconds(STOP_SECONDS).toMillis());
            server.setErrorHandler(errors);
            if (settings.accessLog()) {
                server.setRequestLog(new AccessLog());
            }
            server.insertHandler(inFlight);
            server.insertHandler(requestIds);
        });
        config.jetty.modifyServletContextHandler(handler -> handler.setErrorHandler(errors));
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setRequestHeaderSize(settings.limits().headerBytes());
        });
        config.jetty.addConnector(this::connector);
        routes(config.routes);
    }

    /** Javalin's server counts what nobody reads, and wraps every request for it. */
    private static void withoutStatistics(Server server) {
        if (server.getHandler() instanceof StatisticsHandler statistics) {
            Handler counted = statistics.getHandler();
            statistics.setHandler((Handler) null);
            server.setHandler(counted);
        }
    }

    private static CompressionStrategy compression() {
        CompressionStrategy gzip = new CompressionStrategy(null, new Gzip(GZIP_LEVEL));
        gzip.setDefaultMinSizeForCompression(GZIP_FROM_BYTES);
        return gzip;
    }

    private void routes(RoutesConfig routes) {
        RowWaiter waiter = new RowWaiter(services.search(), WAITING_WRITERS);
        SearchPlaces places = new SearchPlaces(settings.limits().searches());
        Searches searches = new Searches(services.catalog(), services.search());
        // First, because routes are looked through in their order.
        new SearchRoutes(services, searches, places, settings).register(routes);
        new ProbeRoutes(services, () -> stopping).register(routes);
        new DatasetRoutes(services, settings).register(routes);
        new LineageRoutes(services).register(routes);
        new IngestRoutes(services.catalog(), services.rows(), waiter, settings).register(routes);
        IndexRoutes indexes = new IndexRoutes(services, settings);
        indexes.register(routes);
        new AliasRoutes(services.catalog(), settings).register(routes);
        new JobRoutes(services.catalog(), settings).register(routes);
        new DeadLetterRoutes(services.deadLetters(), settings).register(routes);
        new ItemRoutes(services, waiter, settings).register(routes);
        new ItemListRoutes(services).register(routes);
        new ProfileRoutes(
                        services.catalog(),
                        indexes::infos,
                        context -> Principal.of(context).name(),
                        settings)
                .register(routes);
        new ProfileSearchRoutes(services, searches, places, settings).register(routes);
        new OpenApiRoutes(this::routes).register(routes);
        NodeApi nodes = services.nodes();
        if (nodes != null) {
            new NodeRoutes(nodes).register(routes);
        }
        new Problems().register(routes);
        routes.before(context -> context.attribute(START_ATTRIBUTE, System.nanoTime()));
        routes.beforeMatched(new AccessCheck(settings.security().keys()));
        RequestTimers timers = new RequestTimers(services.metrics());
        routes.after(context -> measure(timers, context));
    }

    private static void measure(RequestTimers timers, Context context) {
        Long start = context.attribute(START_ATTRIBUTE);
        if (start != null) {
            timers.record(context, System.nanoTime() - start);
        }
    }

    private ServerConnector connector(Server server, HttpConfiguration http) {
        ServerConnector opened = certificates == null
                ? new BoundConnector(server, socket, new HttpConnectionFactory(http))
                : new BoundConnector(server, socket, certificates.factory(), new HttpConnectionFactory(secure(http)));
        opened.setHost(settings.host());
        opened.setPort(settings.port());
        // How long stopping waits for connections that are kept open without a request.
        opened.setShutdownIdleTimeout(IDLE_STOP_MS);
        try {
            // Binds now: once the server starts, a failure is logged with its stack trace before it gets here.
            opened.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        connector = opened;
        return opened;
    }

    /** Tells requests of the certificate that their caller showed. Which name the caller asked for is the caller's business to check. */
    private static HttpConfiguration secure(HttpConfiguration http) {
        HttpConfiguration secure = new HttpConfiguration(http);
        secure.addCustomizer(new SecureRequestCustomizer(false));
        return secure;
    }

    private static QueuedThreadPool threads(HttpSettings.Limits limits) {
        int searches = SearchPlaces.threads(limits.searches());
        // Calls of other processes: as many searches, and those that wait for rows or look something up.
        int nodes = searches + NodeApi.WAITING_MAX;
        int most = WAITING_WRITERS + searches + LOOKUPS + UnreadBody.THREADS_MAX + OTHER_THREADS + nodes;
        QueuedThreadPool threads = new QueuedThreadPool(most, 8);
        threads.setName("freshet-http");
        return threads;
    }
}
