package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import io.javalin.http.Context;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Times requests by method, route and status. The timers are kept: looking one up in the registry takes longer than all else here. Thread-safe. */
final class RequestTimers {
    private final MeterRegistry metrics;
    private final Map<Kind, Timer> timers = new ConcurrentHashMap<>();

    RequestTimers(MeterRegistry metrics) {
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    /** What the metric tells apart: nothing that a caller words, so there are few. */
    private record Kind(String method, String route, int status) {}

    void record(Context context, long nanos) {
        timers.computeIfAbsent(
                        new Kind(RequestMethods.label(context.method().name()), route(context), context.statusCode()),
                        this::timer)
                .record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Kind kind) {
        return Timer.builder("freshet.http.requests")
                .description("HTTP requests by route and status")
                .tag("method", kind.method())
                .tag("route", kind.route())
                .tag("status", Integer.toString(kind.status()))
                .register(metrics);
    }

    private static String route(Context context) {
        var endpoint = context.endpoints().lastHttpEndpoint();
        return endpoint == null ? "none" : endpoint.path;
    }
}
