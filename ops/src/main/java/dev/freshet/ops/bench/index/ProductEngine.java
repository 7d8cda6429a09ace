package dev.freshet.ops.bench.index;

import dev.freshet.index.Neighbor;
import dev.freshet.index.SlotVector;
import dev.freshet.index.VectorIndex;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.index.VectorIndexStatistics;
import dev.freshet.index.VectorPlace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntConsumer;

/** An engine as the product uses it, filled in bulk as after a start without snapshots. */
final class ProductEngine implements Contender {
    private static final int CALLS = 20;
    private static final int VECTORS_PER_CALL_MIN = 5_000;

    private final MeasuredEngine engine;
    private final VectorIndexParameters parameters;

    ProductEngine(MeasuredEngine engine, VectorIndexParameters parameters) {
        this.engine = engine;
        this.parameters = parameters;
    }

    @Override
    public String name() {
        return engine.name();
    }

    @Override
    public BuiltIndex build(float[][] vectors, int threads, IntConsumer built) {
        VectorPlace place = engine.vectorsOnDisk()
                ? new VectorPlace(Path.of(System.getProperty("java.io.tmpdir")))
                : VectorPlace.MEMORY;
        VectorIndex index = engine.engine().create(parameters, place);
        int step = Math.max(VECTORS_PER_CALL_MIN, (vectors.length + CALLS - 1) / CALLS);
        ExecutorService helpers = Executors.newFixedThreadPool(Math.max(1, threads - 1));
        try {
            for (int first = 0; first < vectors.length; first += step) {
                int end = Math.min(vectors.length, first + step);
                List<SlotVector> additions = new ArrayList<>(end - first);
                for (int slot = first; slot < end; slot++) {
                    additions.add(new SlotVector(slot, 1, vectors[slot]));
                }
                index.addAll(additions, helpers, threads);
                built.accept(end);
            }
        } finally {
            helpers.shutdownNow();
        }
        return new Filled(index, vectors[0]);
    }

    private record Filled(VectorIndex index, float[] first) implements BuiltIndex {
        @Override
        public Searcher searcher(int k, int ef) {
            return query -> {
                List<Neighbor> found = index.search(query, k, ef, null);
                int[] slots = new int[found.size()];
                for (int i = 0; i < slots.length; i++) {
                    slots[i] = found.get(i).slot();
                }
                return slots;
            };
        }

        @Override
        public boolean keepsArrays() {
            return index.vector(0) == first;
        }

        @Override
        public OptionalDouble visitedPerSearch() {
            double visited = index.statistics().visitedPerSearch();
            return visited > 0 ? OptionalDouble.of(visited) : OptionalDouble.empty();
        }

        @Override
        public long bytesTold() {
            return index.statistics().bytes();
        }

        @Override
        public long bytesWalked() {
            VectorIndexStatistics statistics = index.statistics();
            return statistics.bytes() - statistics.originalBytes();
        }
    }
}
