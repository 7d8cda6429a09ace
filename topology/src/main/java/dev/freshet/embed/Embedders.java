package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that can be named, each loaded at first use and once, and closed together. Thread-safe; loading one model does not hold up the use
 * of another.
 */
public final class Embedders implements AutoCloseable {
    /** The model of indexes that name none. */
    public static final String DEFAULT_MODEL = MiniLm.NAME;

    private final Map<String, Entry> entries;

    private Embedders(Map<String, Entry> entries) {
        this.entries = entries;
    }

    /** The models shipped with the product. */
    public static Embedders standard(OnnxOptions options) {
        return builder().addMiniLm(options).build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /**
     * The embedder of that name, loaded if it was not. The registry closes it.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     * @throws IllegalStateException if the registry is closed
     */
    public Embedder byName(String name) {
        return entry(name).embedder();
    }

    private Entry entry(String name) {
        Entry entry = entries.get(requireNonNull(name, "name is null"));
        if (entry == null) {
            throw new IllegalArgumentException(
                    "there is no model '" + name + "'; known models: " + String.join(", ", entries.keySet()));
        }
        return entry;
    }

    /** The names of the models there are, in the order they were added. */
    public List<String> names() {
        return List.copyOf(entries.keySet());
    }

    /**
     * The model of that name as it is now. Reads a local model's files for their fingerprint, but does not load it; a model elsewhere is asked, as
     * {@link Embedder#identify} says.
     *
     * @throws IllegalArgumentException if there is none; the message lists those that there are
     */
    public CompletableFuture<ModelInfo> identify(String name) {
        return entry(name).identify();
    }

    @Override
    public void close() {
        entries.values().forEach(Entry::close);
    }

    /** Collects models; not thread-safe. */
    public static final class Builder {
        private final Map<String, Entry> entries = new LinkedHashMap<>();

        private Builder() {}

        public Builder addMiniLm(OnnxOptions options) {
            return addOnnx(MiniLm.NAME, MiniLm::files, options);
        }

        /** Adds a local ONNX model, whose files are read when they are first asked for. */
        public Builder addOnnx(String name, Supplier<OnnxModelFiles> files, OnnxOptions options) {
            requireNonNull(files, "files is null");
            requireNonNull(options, "options is null");
            return add(name, new Entry(name, () -> files.get().info(), () -> new OnnxEmbedder(files.get(), options)));
        }

        /** Adds a model elsewhere, whose embedder is made when it is first asked for; making it asks nobody. */
        public Builder addRemote(String name, Supplier<? extends Embedder> embedder) {
            return add(name, new Entry(name, null, embedder));
        }

        /** Adds an embedder that is there already; the registry closes it. */
        public Builder add(Embedder embedder) {
            return add(embedder.model().name(), new Entry(embedder));
        }

        private Builder add(String name, Entry entry) {
            if (entries.putIfAbsent(requireNonNull(name, "name is null"), entry) != null) {
                throw new IllegalArgumentException("the model '" + name + "' is there already");
            }
            return this;
        }

        public Embedders build() {
            return new Embedders(new LinkedHashMap<>(entries));
        }
    }

    private static final class Entry {
        private final String name;
        private final @Nullable Supplier<ModelInfo> infoSource;
        private final Supplier<? extends Embedder> embedderSource;
        private @Nullable ModelInfo info;
        private @Nullable Embedder embedder;
        private boolean closed;

        /** Without a source of information the embedder itself is asked each time. */
        Entry(String name, @Nullable Supplier<ModelInfo> infoSource, Supplier<? extends Embedder> embedderSource) {
            this.name = name;
            this.infoSource = infoSource;
            this.embedderSource = embedderSource;
        }

        Entry(Embedder embedder) {
            this(embedder.model().name(), null, () -> embedder);
            this.embedder = embedder;
        }

        synchronized CompletableFuture<ModelInfo> identify() {
            if (infoSource == null || embedder != null) {
                return embedder().identify();
            }
            if (info == null) {
                info = infoSource.get();
            }
            return CompletableFuture.completedFuture(info);
        }

        synchronized Embedder embedder() {
            if (closed) {
                throw new IllegalStateException("the model '" + name + "' is closed");
            }
            if (embedder == null) {
                embedder = embedderSource.get();
            }
            return embedder;
        }

        synchronized void close() {
            closed = true;
            if (embedder != null) {
                embedder.close();
            }
        }
    }
}
