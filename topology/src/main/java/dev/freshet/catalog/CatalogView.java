package dev.freshet.catalog;

import java.time.Duration;
import java.util.function.Consumer;

/** The catalog as this process knows it. Thread-safe. */
public interface CatalogView {
    /** The newest catalog that was read. Never blocks. */
    Catalog current();

    /**
     * Reads the catalog topic up to its present end, or for as long as {@code timeout}, and returns the newest catalog. For look-ups that
     * missed: what another process has created may not have been read yet.
     */
    Catalog catchUp(Duration timeout);

    /** Calls back with each new catalog, on the reader's thread; the listener must be quick. */
    void addListener(Consumer<Catalog> listener);
}
