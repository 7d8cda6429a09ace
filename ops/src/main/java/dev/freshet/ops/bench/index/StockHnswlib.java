package dev.freshet.ops.bench.index;

import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.VectorIndexParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.IntConsumer;

/**
 * hnswlib-core as its authors ship it: their index, their bulk method with as many threads, their scalar distances. For cosine that is the inner product of the
 * normalised vectors, which gives the same order as their cosine and computes no norms.
 */
final class StockHnswlib implements Contender {
    private static final int TELL_EVERY = 500;

    private final VectorIndexParameters parameters;

    StockHnswlib(VectorIndexParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public String name() {
        return "stock";
    }

    /** The distances' name in the library. */
    static String distanceName(DistanceFunction distance) {
        return switch (distance) {
            case COSINE, DOT -> "FLOAT_INNER_PRODUCT";
            case EUCLIDEAN -> "FLOAT_EUCLIDEAN_DISTANCE";
        };
    }

    @Override
    public BuiltIndex build(float[][] vectors, int threads, IntConsumer built) {
        HnswIndex<Integer, float[], Entry, Float> index = HnswIndex.newBuilder(
                        parameters.dimensions(), distance(), vectors.length)
                .withM(parameters.m())
                .withEfConstruction(parameters.efConstruction())
                .build();
        List<Entry> entries = new ArrayList<>(vectors.length);
        for (int i = 0; i < vectors.length; i++) {
            entries.add(new Entry(i, vectors[i]));
        }
        try {
            index.addAll(entries, threads, (done, total) -> built.accept(done), TELL_EVERY);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while building", e);
        }
        return new Stock(index);
    }

    private com.github.jelmerk.hnswlib.core.DistanceFunction<float[], Float> distance() {
        return switch (parameters.distance()) {
            case COSINE, DOT -> DistanceFunctions.FLOAT_INNER_PRODUCT;
            case EUCLIDEAN -> DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE;
        };
    }

    private record Entry(Integer id, float[] vector) implements Item<Integer, float[]> {
        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    private record Stock(HnswIndex<Integer, float[], Entry, Float> index) implements BuiltIndex {
        @Override
        public Searcher searcher(int k, int ef) {
            index.setEf(ef);
            return query -> {
                List<SearchResult<Entry, Float>> found = index.findNearest(query, k);
                int[] slots = new int[found.size()];
                for (int i = 0; i < slots.length; i++) {
                    slots[i] = found.get(i).item().id();
                }
                return slots;
            };
        }

        @Override
        public boolean keepsArrays() {
            return true;
        }

        @Override
        public OptionalDouble visitedPerSearch() {
            return OptionalDouble.empty();
        }

        @Override
        public long bytesTold() {
            return 0;
        }

        @Override
        public long bytesWalked() {
            return 0;
        }
    }
}
