package dev.freshet.cluster;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Node;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls other processes over HTTP/1.1, on connections that are kept. Thread-safe; never blocks its caller.
 *
 * <p>HTTP/1.1, and not HTTP/2 without TLS: a search sends one call to each process, so there is nothing to multiplex, and a long answer on a shared connection would hold
 * up the short ones behind it.
 *
 * <p>A call whose connection breaks is sent once more, since it changes nothing: a kept connection may have been closed by the other side just as it was used.
 */
public final class NodeClient implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(NodeClient.class);
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final int THREADS = Math.max(2, Runtime.getRuntime().availableProcessors());

    private final AtomicLong told = new AtomicLong(System.nanoTime() - TOLD_EVERY.toNanos());
    private final @Nullable NodeSecret secret;
    private final String scheme;
    private final ExecutorService executor = executor();
    private final ScheduledThreadPoolExecutor timers = timers();
    private final HttpClient http;

    /**
     * @param secret sent with each call; null: none is set
     * @param tls trusts the other processes' certificates, which must be for the hosts that they advertise; null: they speak without TLS
     */
    public NodeClient(@Nullable NodeSecret secret, @Nullable SSLContext tls) {
        this.secret = secret;
        this.scheme = tls == null ? "http" : "https";
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(CONNECT_TIMEOUT)
                .executor(executor);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    private static ScheduledThreadPoolExecutor timers() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, daemons("freshet-node-timer-"));
        timers.setRemoveOnCancelPolicy(true);
        return timers;
    }

    // What runs here never blocks: it moves bytes and reads answers. The queue is as long as there are calls under way.
    private static ExecutorService executor() {
        return new ThreadPoolExecutor(
                THREADS, THREADS, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), daemons("freshet-node-client-"));
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger started = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Makes the answer of its bytes. */
    @FunctionalInterface
    interface ReplyReader<T> {
        T read(byte[] body) throws IOException;
    }

    /**
     * Sends a call; the answer is read on a thread of the client. Cancelling the future gives the call up.
     *
     * @return fails with the {@link FreshetException} that the other process answered, with {@code INTERNAL} if its answer cannot be understood, or with an {@link IOException} if it
     *     cannot be reached or takes longer than {@code timeout}
     */
    <T> CompletableFuture<T> call(
            Node node, Operation operation, byte[] body, Duration timeout, ReplyReader<T> reader) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try {
            HttpRequest request = request(node, operation, body);
            Future<?> timer = timers.schedule(
                    () -> result.completeExceptionally(tooSlow(node, timeout)), nanos(timeout), TimeUnit.NANOSECONDS);
            result.whenComplete((value, failure) -> timer.cancel(false));
            send(new Call<>(node, request, reader, result), true);
        } catch (RuntimeException e) {
            // No URL can be made of its address, or the client is closed. To the caller that is one process of several
            // that cannot be asked.
            result.completeExceptionally(unreachable(node, e));
        }
        return result;
    }

    private static long nanos(Duration timeout) {
        return Math.min(timeout.toSeconds(), LONGEST.toSeconds()) < LONGEST.toSeconds()
                ? timeout.toNanos()
                : LONGEST.toNanos();
    }

    private record Call<T>(Node node, HttpRequest request, ReplyReader<T> reader, CompletableFuture<T> result) {}

    private HttpRequest request(Node node, Operation operation, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(scheme + "://" + node + operation.path()))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        if (secret != null) {
            request.header("Authorization", secret.authorization());
        }
        return request.build();
    }

    private <T> void send(Call<T> call, boolean first) {
        CompletableFuture<HttpResponse<byte[]>> exchange = http.sendAsync(call.request(), BodyHandlers.ofByteArray());
        // Time that is over, or a caller that has lost interest, ends the exchange too.
        call.result().whenComplete((value, failure) -> exchange.cancel(true));
        exchange.whenComplete((response, failure) -> {
            if (response != null) {
                complete(call, response);
            } else if (first && broken(failure) && !call.result().isDone()) {
                send(call, false);
            } else {
                call.result().completeExceptionally(unreachable(call.node(), failure));
            }
        });
    }

    /** Whether the connection broke after it had stood. */
    private static boolean broken(Throwable failure) {
        Throwable cause = cause(failure);
        return cause instanceof IOException
                && !(cause instanceof ConnectException)
                && !(cause instanceof HttpTimeoutException)
                && !(cause instanceof SSLException);
    }

    private <T> void complete(Call<T> call, HttpResponse<byte[]> response) {
        if (response.statusCode() != 200) {
            FreshetException problem = NodeProblem.read(call.node(), response.statusCode(), response.body());
            if (problem.code() == ErrorCode.UNAUTHENTICATED) {
                tellOperators(problem);
            }
            call.result().completeExceptionally(problem);
            return;
        }
        try {
            call.result().complete(call.reader().read(response.body()));
        } catch (IOException | RuntimeException e) {
            call.result()
                    .completeExceptionally(new FreshetException(
                            ErrorCode.INTERNAL,
                            "what " + call.node() + " answered cannot be understood: " + e.getMessage(),
                            e));
        }
    }

    // Nothing but a changed setting helps, and each search would say so again.
    private void tellOperators(FreshetException problem) {
        long now = System.nanoTime();
        long last = told.get();
        if (now - last >= TOLD_EVERY.toNanos() && told.compareAndSet(last, now)) {
            log.warn("A process of the cluster refuses the calls of this one: {}", problem.getMessage());
        }
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static IOException unreachable(Node node, Throwable failure) {
        Throwable cause = cause(failure);
        String reason = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new IOException(node + " cannot be reached: " + reason, cause);
    }

    private static IOException tooSlow(Node node, Duration timeout) {
        return new HttpTimeoutException(node + " did not answer within " + timeout.toMillis() + " ms");
    }

    /** Calls under way are left to their timeouts. */
    @Override
    public void close() {
        timers.shutdown();
        executor.shutdown();
    }
}
