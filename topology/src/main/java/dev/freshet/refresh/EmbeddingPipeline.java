package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.refresh.EmbeddingOutcome.Abandoned;
import dev.freshet.refresh.EmbeddingOutcome.Embedded;
import dev.freshet.refresh.EmbeddingOutcome.Refused;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.serde.VectorBytes;
import dev.freshet.text.Chunker;
import dev.freshet.text.ChunkingOptions;
import dev.freshet.text.TextHash;
import dev.freshet.text.UnfittableTextException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chunks rows and embeds the chunks that are not known yet, off the stream threads.
 *
 * <ul>
 *   <li>{@link #submit} may be called from any thread and returns at once; the outcome arrives on one of the pipeline's or the embedder's threads.
 *   <li>Trouble that may pass is tried again, waiting longer each time, for as long as it lasts: the row stays in the queue meanwhile. A text that the model
 *       can never take is refused.
 *   <li>What fails in a way that nobody foresaw, while a row is chunked or embedded, may fail for ever: it is tried {@value #SUSPECT_ATTEMPTS_MAX} times, over
 *       about a minute, and then refused as {@code internal}. A model that cannot be loaded is no fault of a row's.
 *   <li>So is a text that a provider fails for while it embeds others ({@link EmbeddingException#blamesText}): it is refused after as many attempts.
 *   <li>It holds no bound of its own: each task keeps to its budget of work under way.
 * </ul>
 */
public final class EmbeddingPipeline {
    private static final Logger log = LoggerFactory.getLogger(EmbeddingPipeline.class);
    /** An embedder takes so many texts at least when nothing waits for it; otherwise a row with as many would wait for ever. */
    public static final int TEXTS_PER_CALL = 64;

    private static final int SUSPECT_ATTEMPTS_MAX = 8;
    private static final Duration FIRST_DELAY = Duration.ofMillis(250);
    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    private final Function<String, Embedder> embedders;
    private final Executor executor;
    private final Scheduler scheduler;
    private final RefreshMetrics metrics;

    /** Runs a task later. */
    @FunctionalInterface
    public interface Scheduler {
        void schedule(Runnable task, Duration delay);
    }

    /**
     * @param embedders the embedder of a model's name; may load it, so it is called on the executor
     * @param executor chunks texts
     */
    public EmbeddingPipeline(
            Function<String, Embedder> embedders, Executor executor, Scheduler scheduler, RefreshMetrics metrics) {
        this.embedders = requireNonNull(embedders, "embedders is null");
        this.executor = requireNonNull(executor, "executor is null");
        this.scheduler = requireNonNull(scheduler, "scheduler is null");
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    /**
     * Embeds a row.
     *
     * @param whenDone is told the outcome, once
     * @param wanted asked before each attempt; work that nobody wants any more is abandoned
     */
    void submit(EmbeddingWork work, Consumer<EmbeddingOutcome> whenDone, BooleanSupplier wanted) {
        attempt(new Attempt(work, whenDone, wanted, FIRST_DELAY, 0));
    }

    /** One try; {@code delay} is how long to wait before the next one if it fails, {@code suspect} how many before it failed in a way that may be for ever. */
    private record Attempt(
            EmbeddingWork work,
            Consumer<EmbeddingOutcome> whenDone,
            BooleanSupplier wanted,
            Duration delay,
            int suspect) {
        Attempt next(boolean passing) {
            Duration longer = delay.multipliedBy(2);
            return new Attempt(
                    work,
                    whenDone,
                    wanted,
                    longer.compareTo(LONGEST_DELAY) > 0 ? LONGEST_DELAY : longer,
                    passing ? suspect : suspect + 1);
        }
    }

    // An Error is caught as well: a model's native library that cannot be loaded must not lose the row without a word.
    private void attempt(Attempt attempt) {
        EmbeddingWork work = attempt.work();
        try {
            executor.execute(() -> {
                try {
                    if (attempt.wanted().getAsBoolean()) {
                        embed(attempt);
                    } else {
                        attempt.whenDone().accept(new Abandoned(work));
                    }
                } catch (Throwable e) {
                    failed(attempt, e);
                }
            });
        } catch (RejectedExecutionException e) {
            // Closing down: the row stays in the queue and is done after the next start.
            log.debug("Not embedding {}: closed", work.entry(), e);
        }
    }

    private void embed(Attempt attempt) {
        EmbeddingWork work = attempt.work();
        Embedder embedder = embedder(work.model());
        ModelReference model = requireNonNull(work.index().model(), "a direct index embeds nothing");
        Map<ByteBuffer, Chunk> byHash = new LinkedHashMap<>();
        List<Chunk> chunks = new ArrayList<>();
        Map<ByteBuffer, String> missing = new LinkedHashMap<>();
        for (dev.freshet.text.Chunk piece : chunker(work.index(), embedder).chunk(work.text())) {
            ByteBuffer hash = ByteBuffer.wrap(TextHash.of(piece.text()));
            Chunk known = work.known().get(hash);
            if (known == null) {
                missing.put(hash, piece.text());
            } else {
                byHash.put(hash, known);
            }
            chunks.add(new Chunk(piece.ordinal(), hash, piece.text(), ByteBuffer.allocate(0)));
        }
        metrics.reusedChunks(byHash.size());
        vectors(embedder, model, List.copyOf(missing.values())).whenComplete((vectors, failure) -> {
            if (failure != null) {
                failed(attempt, failure);
                return;
            }
            try {
                Map<ByteBuffer, ByteBuffer> fresh = new LinkedHashMap<>();
                int next = 0;
                for (ByteBuffer hash : missing.keySet()) {
                    fresh.put(hash, VectorBytes.encode(vectors.get(next++)));
                }
                attempt.whenDone().accept(new Embedded(work, withVectors(chunks, byHash, fresh)));
            } catch (Throwable e) {
                failed(attempt, e);
            }
        });
    }

    private Embedder embedder(String model) {
        try {
            return embedders.apply(model);
        } catch (RuntimeException | Error e) {
            throw new EmbeddingException(true, "the model " + model + " is not there: " + e, e);
        }
    }

    /**
     * Embeds in parts, one after the other: an embedder bounds how many texts may wait, and one row may have more. Vectors of different models are never
     * mixed: an index is fed by the very model it was created with, or waits.
     */
    private CompletableFuture<List<float[]>> vectors(Embedder embedder, ModelReference model, List<String> texts) {
        CompletableFuture<List<float[]>> all = CompletableFuture.completedFuture(new ArrayList<>(texts.size()));
        for (int from = 0; from < texts.size(); from += TEXTS_PER_CALL) {
            List<String> part = texts.subList(from, Math.min(from + TEXTS_PER_CALL, texts.size()));
            all = all.thenCompose(done -> {
                metrics.embeddingTexts(model.name(), part.size());
                return embedder.embed(model.fingerprint(), part).thenApply(vectors -> {
                    if (vectors.size() != part.size()) {
                        throw new EmbeddingException(
                                true,
                                "the model gave " + vectors.size() + " vectors for " + part.size() + " texts",
                                null);
                    }
                    done.addAll(vectors);
                    return done;
                });
            });
        }
        return all;
    }

    private static List<Chunk> withVectors(
            List<Chunk> chunks, Map<ByteBuffer, Chunk> known, Map<ByteBuffer, ByteBuffer> fresh) {
        for (Chunk chunk : chunks) {
            ByteBuffer vector = fresh.get(chunk.getHash());
            chunk.setVector(
                    vector == null
                            ? requireNonNull(known.get(chunk.getHash()), "a chunk has no vector")
                                    .getVector()
                            : vector);
        }
        return chunks;
    }

    private static Chunker chunker(IndexDefinition index, Embedder embedder) {
        int limit = embedder.model().maxTokens();
        return new Chunker(
                new ChunkingOptions(index.chunkSize(), index.overlap()),
                text -> embedder.tokens().count(text) <= limit);
    }

    private void failed(Attempt attempt, Throwable failure) {
        EmbeddingWork work = attempt.work();
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        @Nullable String refusal = refusal(cause);
        if (refusal != null) {
            attempt.whenDone().accept(new Refused(work, ErrorCode.EMBEDDING_REFUSED, refusal));
            return;
        }
        boolean passing = passing(cause);
        if (!passing && attempt.suspect() + 1 >= SUSPECT_ATTEMPTS_MAX) {
            log.error(
                    "Giving up {} for index {} after {} attempts",
                    work.entry(),
                    work.index().name(),
                    SUSPECT_ATTEMPTS_MAX,
                    cause);
            attempt.whenDone().accept(givenUp(work, cause));
            return;
        }
        metrics.embeddingRetry(work.model());
        log.warn(
                "Model {} failed for index {}, trying again in {} ms: {}",
                work.model(),
                work.index().name(),
                attempt.delay().toMillis(),
                cause.toString());
        try {
            scheduler.schedule(() -> attempt(attempt.next(passing)), attempt.delay());
        } catch (RejectedExecutionException e) {
            log.debug("Not trying {} again: closed", work.entry(), e);
        }
    }

    private static Refused givenUp(EmbeddingWork work, Throwable cause) {
        if (cause instanceof EmbeddingException) {
            return new Refused(
                    work,
                    ErrorCode.EMBEDDING_REFUSED,
                    cause.getMessage() + ", in " + SUSPECT_ATTEMPTS_MAX
                            + " rounds: replay the dead letter when the provider is mended");
        }
        return new Refused(
                work,
                ErrorCode.INTERNAL,
                "chunking or embedding failed " + SUSPECT_ATTEMPTS_MAX
                        + " times in a way that it should not, the last time with "
                        + cause.getClass().getSimpleName()
                        + ": the log of the refresh process has the whole; replay the dead letter when that is mended");
    }

    /** Whether a failure says of itself that it may pass. A class or library that cannot be loaded fails whatever the text is. */
    private static boolean passing(Throwable cause) {
        return cause instanceof EmbeddingException embedding ? !embedding.blamesText() : cause instanceof LinkageError;
    }

    private static @Nullable String refusal(Throwable cause) {
        if (cause instanceof UnfittableTextException) {
            return String.valueOf(cause.getMessage());
        }
        if (cause instanceof EmbeddingException embedding && !embedding.retryable()) {
            return String.valueOf(embedding.getMessage());
        }
        return null;
    }
}
