package dev.freshet.ops.bench.index;

import dev.freshet.index.DistanceFunction;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What a search should find, by comparing every query with every vector. A vector counts as found if it is no farther than the k-th nearest: of several at
 * that same distance any will do.
 */
public final class ExactNeighbors {
    /** Queries that go over the vectors together, so that each vector is fetched from memory once for all of them. */
    private static final int TILE = 32;

    private final BenchmarkVectors vectors;
    private final DistanceFunction distance;
    private final int k;
    private final float[] farthest;

    private ExactNeighbors(BenchmarkVectors vectors, DistanceFunction distance, int k, float[] farthest) {
        this.vectors = vectors;
        this.distance = distance;
        this.k = k;
        this.farthest = farthest;
    }

    /** With all processors. The vectors must be prepared, and at least {@code k}. */
    public static ExactNeighbors of(BenchmarkVectors vectors, DistanceFunction distance, int k) {
        int queries = vectors.queries().length;
        float[] farthest = new float[queries];
        IntStream.range(0, (queries + TILE - 1) / TILE)
                .parallel()
                .forEach(tile ->
                        tile(vectors, distance, k, tile * TILE, Math.min(queries, (tile + 1) * TILE), farthest));
        return new ExactNeighbors(vectors, distance, k, farthest);
    }

    private static void tile(
            BenchmarkVectors vectors, DistanceFunction distance, int k, int first, int end, float[] farthest) {
        float[][] nearest = new float[end - first][k];
        for (float[] distances : nearest) {
            Arrays.fill(distances, Float.POSITIVE_INFINITY);
        }
        for (float[] vector : vectors.base()) {
            for (int query = first; query < end; query++) {
                insert(nearest[query - first], distance.between(vectors.queries()[query], vector));
            }
        }
        for (int query = first; query < end; query++) {
            farthest[query] = nearest[query - first][k - 1];
        }
    }

    /** Keeps the smallest values, in ascending order. */
    private static void insert(float[] smallest, float value) {
        int i = smallest.length - 1;
        if (value >= smallest[i]) {
            return;
        }
        for (; i > 0 && smallest[i - 1] > value; i--) {
            smallest[i] = smallest[i - 1];
        }
        smallest[i] = value;
    }

    /** How many of these slots, all different, are among the {@code k} nearest of the query. */
    public int hits(int query, int[] slots) {
        int hits = 0;
        for (int slot : slots) {
            if (distance.between(vectors.queries()[query], vectors.base()[slot]) <= farthest[query]) {
                hits++;
            }
        }
        return Math.min(hits, k);
    }

    int k() {
        return k;
    }
}
