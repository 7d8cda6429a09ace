package dev.freshet.index;

import java.util.Arrays;

/** {@link GraphVectors} that walks see as they came. */
final class FloatVectors implements GraphVectors {
    private final DistanceFunction distance;
    private final int dimensions;
    private final VectorPages vectors;

    FloatVectors(VectorIndexParameters parameters) {
        this.distance = parameters.distance();
        this.dimensions = parameters.dimensions();
        this.vectors = new VectorPages(dimensions);
    }

    @Override
    public void ensure(int size) {
        vectors.ensure(size);
    }

    @Override
    public void set(int node, float[] vector) {
        vectors.set(node, vector);
    }

    @Override
    public void trim(int size) {
        vectors.trim(size);
    }

    @Override
    public float distance(int a, int b) {
        return distance.between(vectors.page(a), vectors.start(a), vectors.page(b), vectors.start(b), dimensions);
    }

    @Override
    public boolean same(int a, int b) {
        return Arrays.equals(
                vectors.page(a),
                vectors.start(a),
                vectors.start(a) + dimensions,
                vectors.page(b),
                vectors.start(b),
                vectors.start(b) + dimensions);
    }

    @Override
    public Probe probe() {
        return new FloatProbe();
    }

    @Override
    public OriginalVectors originals() {
        return vectors;
    }

    @Override
    public boolean exact() {
        return true;
    }

    @Override
    public long bytes() {
        return vectors.bytes();
    }

    @Override
    public long originalBytes() {
        return 0;
    }

    private final class FloatProbe implements Probe {
        private float[] page = {};
        private int begin;

        @SuppressWarnings("UnusedVariable") // see prefetch
        private float prefetched;

        @Override
        public void aim(float[] vector, int start) {
            page = vector;
            begin = start;
        }

        @Override
        public void aim(int node) {
            aim(vectors.page(node), vectors.start(node));
        }

        @Override
        public float distance(int node) {
            return distance.between(page, begin, vectors.page(node), vectors.start(node), dimensions);
        }

        @Override
        public void distances(int[] nodes, int count, float reach, float[] into) {
            prefetch(nodes, count);
            for (int i = 0; i < count; i++) {
                into[i] = distance(nodes[i]);
            }
        }

        // The loads do not depend on each other, so the processor waits for all of them at once rather than for one
        // vector after the other. The sum keeps the compiler from leaving them out.
        private void prefetch(int[] nodes, int count) {
            float sum = 0;
            for (int i = 0; i < count; i++) {
                sum += vectors.page(nodes[i])[vectors.start(nodes[i])];
            }
            prefetched = sum;
        }
    }
}
