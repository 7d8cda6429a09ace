package dev.freshet.search;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A catalog that a test changes. */
final class TestCatalog implements CatalogView {
    private final List<Consumer<Catalog>> listeners = new CopyOnWriteArrayList<>();
    private final List<IndexDefinition> indexes = new ArrayList<>();
    private volatile Catalog current = Catalog.empty();

    static IndexDefinition index(long id, int dimensions, Distance distance) {
        return index(id, dimensions, distance, null);
    }

    static IndexDefinition index(long id, int dimensions, Distance distance, @Nullable ModelReference model) {
        return index(id, dimensions, distance, model, "hnswlib");
    }

    static IndexDefinition indexWith(TestedEngine engine, long id, int dimensions, Distance distance) {
        return index(
                id,
                dimensions,
                distance,
                null,
                engine.engine().engine(),
                engine.quantization().text(),
                engine.vectorsOnDisk());
    }

    static IndexDefinition index(
            long id, int dimensions, Distance distance, @Nullable ModelReference model, String engine) {
        return index(id, dimensions, distance, model, engine, "none", false);
    }

    static IndexDefinition index(
            long id,
            int dimensions,
            Distance distance,
            @Nullable ModelReference model,
            String engine,
            String quantization,
            boolean vectorsOnDisk) {
        return new IndexDefinition(
                id,
                "index-" + id,
                id,
                model,
                dimensions,
                distance,
                engine,
                quantization,
                vectorsOnDisk,
                16,
                200,
                100,
                1000,
                0,
                Instant.EPOCH,
                null);
    }

    synchronized TestCatalog add(IndexDefinition index) {
        indexes.add(index);
        publish();
        return this;
    }

    /** A catalog reader that has read nothing yet. */
    synchronized void forget() {
        indexes.clear();
        current = Catalog.empty();
    }

    synchronized void drop(long id) {
        indexes.removeIf(index -> index.id() == id);
        publish();
    }

    private void publish() {
        current = new Catalog(current.version() + 1, Long.MAX_VALUE, List.of(), indexes, List.of());
        listeners.forEach(listener -> listener.accept(current));
    }

    @Override
    public Catalog current() {
        return current;
    }

    @Override
    public Catalog catchUp(Duration timeout) {
        return current;
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {
        listeners.add(listener);
    }
}
