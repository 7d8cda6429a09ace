package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Vectors without a model, for tests, benchmarks and the fault harness: words and their three-letter parts, hashed into a fixed number of
 * dimensions with a sign (feature hashing, Weinberger et al. 2009) and scaled to length 1. Texts that share words are near each other.
 *
 * <p>Deterministic on every machine. Futures come back completed, unless the embedder holds results: then they complete in order, on the thread
 * that calls {@link #release}; queries are never held. A token is a run of up to 8 UTF-16 units without white space.
 */
public final class HashingEmbedder implements Embedder {
    public static final int TOKENS_MAX = 512;

    private static final long FNV_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;
    private static final int PART_LENGTH = 3;
    private static final int TOKEN_LENGTH_MAX = 8;
    private static final int SPECIAL_TOKENS = 2;

    private final ModelInfo info;
    private final boolean holding;
    private final Queue<Runnable> held = new ArrayDeque<>();
    private boolean closed;

    private HashingEmbedder(int dimensions, boolean holding) {
        this.info = new ModelInfo("hashing-" + dimensions, "1", dimensions, TOKENS_MAX, "hashing-1-" + dimensions);
        this.holding = holding;
    }

    /** Gives its results at once. */
    public static HashingEmbedder of(int dimensions) {
        return new HashingEmbedder(dimensions, false);
    }

    /** Keeps what {@link #embed} returns incomplete until {@link #release}. */
    public static HashingEmbedder holding(int dimensions) {
        return new HashingEmbedder(dimensions, true);
    }

    @Override
    public ModelInfo model() {
        return info;
    }

    @Override
    public TokenCounter tokens() {
        return HashingEmbedder::tokensIn;
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        List<String> accepted = List.copyOf(texts);
        CompletableFuture<List<float[]>> future = new CompletableFuture<>();
        Runnable work =
                () -> complete(future, () -> accepted.stream().map(this::vector).toList());
        synchronized (held) {
            if (closed) {
                return CompletableFuture.failedFuture(closedFailure());
            }
            if (holding) {
                held.add(() -> {
                    if (isClosed()) {
                        future.completeExceptionally(closedFailure());
                    } else {
                        work.run();
                    }
                });
                return future;
            }
        }
        work.run();
        return future;
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        requireNonNull(text, "text is null");
        if (isClosed()) {
            return CompletableFuture.failedFuture(closedFailure());
        }
        CompletableFuture<float[]> future = new CompletableFuture<>();
        complete(future, () -> vector(text));
        return future;
    }

    /** How many calls of {@link #embed} wait to be released. */
    public int held() {
        synchronized (held) {
            return held.size();
        }
    }

    /** Completes up to so many held calls, oldest first; returns how many it were. */
    public int release(int calls) {
        int released = 0;
        while (released < calls) {
            Runnable next;
            synchronized (held) {
                next = held.poll();
            }
            if (next == null) {
                break;
            }
            next.run();
            released++;
        }
        return released;
    }

    /** Completes all held calls. */
    public int releaseAll() {
        return release(Integer.MAX_VALUE);
    }

    /** Fails what is held. */
    @Override
    public void close() {
        synchronized (held) {
            closed = true;
        }
        releaseAll();
    }

    private boolean isClosed() {
        synchronized (held) {
            return closed;
        }
    }

    private EmbeddingException closedFailure() {
        return new EmbeddingException(true, "the embedder of " + info.name() + " is closed", null);
    }

    private static <T> void complete(CompletableFuture<T> future, Supplier<T> result) {
        try {
            future.complete(result.get());
        } catch (EmbeddingException e) {
            future.completeExceptionally(e);
        }
    }

    private float[] vector(String text) {
        int tokens = tokensIn(text);
        if (tokens > info.maxTokens()) {
            throw new EmbeddingException(
                    false, "a text of " + tokens + " tokens is longer than " + info.maxTokens() + " tokens", null);
        }
        float[] vector = new float[info.dimensions()];
        for (String word : words(text)) {
            String bounded = "<" + word + ">";
            addFeature(vector, bounded, 1f);
            for (int start = 0; start + PART_LENGTH <= bounded.length(); start++) {
                addFeature(vector, bounded.substring(start, start + PART_LENGTH), 0.25f);
            }
        }
        return unit(vector);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{M}\\p{N}]+")) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    private static void addFeature(float[] vector, String feature, float amount) {
        long hash = FNV_BASIS;
        for (int index = 0; index < feature.length(); index++) {
            hash = (hash ^ feature.charAt(index)) * FNV_PRIME;
        }
        hash = (hash ^ (hash >>> 32)) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 29;
        int component = (int) Long.remainderUnsigned(hash >>> 1, vector.length);
        vector[component] += (hash & 1) == 0 ? amount : -amount;
    }

    /** Scaled to length 1; a text without words, or whose features cancel out, gets the first axis. */
    private static float[] unit(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        if (squares == 0) {
            vector[0] = 1;
            return vector;
        }
        double norm = Math.sqrt(squares);
        for (int component = 0; component < vector.length; component++) {
            vector[component] = (float) (vector[component] / norm);
        }
        return vector;
    }

    private static int tokensIn(String text) {
        int tokens = SPECIAL_TOKENS;
        int run = 0;
        for (int index = 0; index < text.length(); index++) {
            if (Character.isWhitespace(text.charAt(index))) {
                run = 0;
            } else if (run++ % TOKEN_LENGTH_MAX == 0) {
                tokens++;
            }
        }
        return tokens;
    }
}
