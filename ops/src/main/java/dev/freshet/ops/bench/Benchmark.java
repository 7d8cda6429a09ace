package dev.freshet.ops.bench;

import java.io.IOException;

/**
 * A benchmark that runs once. Closing it ends what it has started, also while it runs, from another thread.
 *
 * @param <F> its figures
 */
public interface Benchmark<F> extends AutoCloseable {
    F run() throws IOException;

    @Override
    void close();
}
