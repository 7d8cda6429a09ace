package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import ai.onnxruntime.OrtException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Embeds in this process with ONNX Runtime.
 *
 * <ul>
 *   <li>One text at a time per worker; the texts of one call are spread over the workers. A text gives the same bits from any of them.
 *   <li>Searches' texts overtake the rows' texts that wait; otherwise first come, first served.
 *   <li>Above {@link OnnxOptions#waitingMax()} waiting texts a call is refused whole (retryable), queries too: nothing accepted is dropped.
 *   <li>Loads the model in its constructor (below a second for MiniLM). {@link #close} waits for the texts being embedded and fails
 *       (retryable) those that wait.
 * </ul>
 */
public final class OnnxEmbedder implements Embedder {
    private static final Logger LOG = LoggerFactory.getLogger(OnnxEmbedder.class);
    private static final int CLOSE_SECONDS_MAX = 30;

    private final ModelInfo info;
    private final int waitingMax;
    private final WordPieces tokenizer;
    private final CountedTokens tokens;
    private final SentenceModel model;
    private final ThreadPoolExecutor workers;
    private final AtomicInteger waiting = new AtomicInteger();
    private final AtomicLong sequence = new AtomicLong();
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * Loads a model and starts its workers.
     *
     * @throws IllegalArgumentException if the files are not a model and its tokenizer
     */
    public OnnxEmbedder(OnnxModelFiles files, OnnxOptions options) {
        requireNonNull(options, "options is null");
        this.info = files.info();
        this.waitingMax = options.waitingMax();
        try {
            this.tokenizer = new WordPieces(files.tokenizer());
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("cannot load the tokenizer of " + info.name(), e);
        }
        this.tokens = new CountedTokens(tokenizer::ids, info.maxTokens());
        try {
            this.model = new SentenceModel(files.model(), info.dimensions());
        } catch (OrtException | RuntimeException e) {
            tokenizer.close();
            throw new IllegalArgumentException("cannot load the model " + info.name(), e);
        }
        AtomicInteger threads = new AtomicInteger();
        this.workers = new ThreadPoolExecutor(
                options.workers(),
                options.workers(),
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                task -> {
                    Thread thread = new Thread(task, "embed-" + info.name() + "-" + threads.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                },
                (task, executor) -> ((Task) task).refuse());
    }

    @Override
    public ModelInfo model() {
        return info;
    }

    /** Usable until the embedder is closed. */
    @Override
    public TokenCounter tokens() {
        return tokens;
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        List<String> accepted = List.copyOf(texts);
        if (!reserve(accepted.size())) {
            return CompletableFuture.failedFuture(tooMany());
        }
        List<CompletableFuture<float[]>> vectors = new ArrayList<>(accepted.size());
        for (String text : accepted) {
            vectors.add(submit(text, false));
        }
        return VectorFutures.all(vectors);
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        requireNonNull(text, "text is null");
        return reserve(1) ? submit(text, true) : CompletableFuture.failedFuture(tooMany());
    }

    private CompletableFuture<float[]> submit(String text, boolean query) {
        Task task = new Task(text, query, sequence.getAndIncrement());
        workers.execute(task);
        return task.vector;
    }

    private boolean reserve(int texts) {
        if (waiting.addAndGet(texts) <= waitingMax) {
            return true;
        }
        waiting.addAndGet(-texts);
        return false;
    }

    private EmbeddingException tooMany() {
        return new EmbeddingException(
                true, "more than " + waitingMax + " texts would wait for the model " + info.name(), null);
    }

    private float[] embedNow(String text) {
        try {
            long[] ids = tokens.take(text);
            if (ids.length > info.maxTokens()) {
                throw new EmbeddingException(
                        false,
                        "a text of " + ids.length + " tokens is longer than the " + info.maxTokens()
                                + " that the model " + info.name() + " takes",
                        null);
            }
            return model.embed(ids);
        } catch (OrtException e) {
            throw new EmbeddingException(true, "the model " + info.name() + " failed: " + e.getMessage(), e);
        }
    }

    /** Ends the workers; closing again does nothing. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        for (Runnable task : workers.shutdownNow()) {
            ((Task) task).refuse();
        }
        boolean ended = false;
        try {
            ended = workers.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (ended) {
            model.close();
            tokenizer.close();
        } else {
            LOG.warn("Workers of {} still run, so its native memory is not freed", info.name());
        }
    }

    /** One text to embed. Queries sort before rows, older before newer. */
    private final class Task implements Runnable, Comparable<Task> {
        private final String text;
        private final boolean query;
        private final long number;
        private final CompletableFuture<float[]> vector = new CompletableFuture<>();

        Task(String text, boolean query, long number) {
            this.text = text;
            this.query = query;
            this.number = number;
        }

        @Override
        public void run() {
            waiting.decrementAndGet();
            try {
                vector.complete(embedNow(text));
            } catch (EmbeddingException e) {
                vector.completeExceptionally(e);
            } catch (RuntimeException | Error e) {
                vector.completeExceptionally(
                        new EmbeddingException(true, "the model " + info.name() + " failed: " + e.getMessage(), e));
            }
        }

        void refuse() {
            waiting.decrementAndGet();
            vector.completeExceptionally(
                    new EmbeddingException(true, "the embedder of " + info.name() + " is closed", null));
        }

        @Override
        public int compareTo(Task other) {
            return query != other.query ? (query ? -1 : 1) : Long.compare(number, other.number);
        }
    }
}
