package dev.freshet.embed.remote;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * What is counted of a model behind HTTP. Thread-safe. These count requests to the provider; {@code freshet.embedding.texts} and
 * {@code freshet.embedding.retries} of the refresh application count what rows asked for, of any model.
 */
final class RemoteMetrics {
    private final MeterRegistry registry;
    private final String model;
    private final Counter retries;
    private final Counter tokens;

    RemoteMetrics(MeterRegistry registry, String model) {
        this.registry = registry;
        this.model = model;
        this.retries = Counter.builder("freshet.embedding.request.retries")
                .description("Requests to a model's provider that were tried again")
                .tag("model", model)
                .register(registry);
        this.tokens = Counter.builder("freshet.embedding.request.tokens")
                .description("Tokens embedded by a model's provider: as it counted them, else estimated")
                .tag("model", model)
                .register(registry);
    }

    void gauge(String name, String description, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tag("model", model).register(registry);
    }

    void request(CallResult result, Duration took) {
        Timer.builder("freshet.embedding.request")
                .description("Requests to a model's provider, by how they ended")
                .tag("model", model)
                .tag("outcome", result.outcome())
                .register(registry)
                .record(took);
    }

    void texts(PendingText.Purpose purpose, int texts) {
        Counter.builder("freshet.embedding.request.texts")
                .description("Texts in requests to a model's provider, those sent again included")
                .tag("model", model)
                .tag("purpose", purpose.name().toLowerCase(Locale.ROOT))
                .register(registry)
                .increment(texts);
    }

    void retry() {
        retries.increment();
    }

    void tokens(long count) {
        tokens.increment((double) count);
    }
}
