package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Looks embedders up by name as another look-up does, and has their calls counted. Thread-safe; the embedders stay the giver's to close. */
public final class MeasuredEmbedders implements Function<String, Embedder> {
    private final Function<String, Embedder> embedders;
    private final MeterRegistry metrics;
    private final Map<String, Embedder> measured = new ConcurrentHashMap<>();

    /** @param embedders always gives the same embedder for the same name, or throws */
    public MeasuredEmbedders(Function<String, Embedder> embedders, MeterRegistry metrics) {
        this.embedders = requireNonNull(embedders, "embedders is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    @Override
    public Embedder apply(String name) {
        Embedder known = measured.get(name);
        if (known != null) {
            return known;
        }
        // Outside of the map's lock: a model may take seconds to load.
        Embedder embedder = embedders.apply(name);
        return measured.computeIfAbsent(name, key -> new MeasuredEmbedder(embedder, metrics));
    }
}
