package dev.freshet.index;

import org.jspecify.annotations.Nullable;

/**
 * {@link GraphVectors} with {@linkplain Sketches sketches} beside them. A walk asks these first, and looks only at those vectors that may be within its reach: about one in six of what it comes by.
 *
 * <p>Sketches are made once there are {@code first} vectors, around the mean of these, and made anew around a new mean when there are {@value #GROWTH} times as many, last at {@value #RENEWED_MAX}. A center that is not the mean
 * any more makes them say less, but nothing wrong.
 *
 * <p><b>Why a walk never asks the wrong ones.</b> Sketches that were made anew are published before the writer sets another node, and from then on it sets nodes in these alone. A probe reads which are the current ones after it got to know the nodes
 * that it asks for. If they are those that it was aimed with, each of these nodes was set in them, or was there when they were made; if they are not, it is aimed again.
 */
final class SketchedVectors implements GraphVectors {
    private static final int FIRST = 1_024;
    private static final int GROWTH = 4;
    private static final int RENEWED_MAX = 1 << 16;
    /** Of searches (bench index, bench filter), with all in it that is not comparing. With a filter a walk has a reach later than without. */
    private static final double WALKED_SHARE = 0.65;

    private static final float[] NOT_SHOWN = {};

    private final GraphVectors walked;
    private final DistanceFunction distance;
    private final int dimensions;
    private final Rotation rotation;
    private volatile @Nullable Sketches sketches;
    private int size;
    private int renewedAt;

    /** Vectors without sketches yet; {@code walked} must be empty. */
    SketchedVectors(GraphVectors walked, VectorIndexParameters parameters) {
        this(walked, parameters, FIRST);
    }

    /**
     * The same, for tests.
     *
     * @param first with how many vectors sketches are made first
     */
    SketchedVectors(GraphVectors walked, VectorIndexParameters parameters, int first) {
        this.walked = walked;
        this.distance = parameters.distance();
        this.dimensions = parameters.dimensions();
        this.rotation = new Rotation(Sketches.components(dimensions));
        this.renewedAt = first;
    }

    @Override
    public void ensure(int size) {
        walked.ensure(size);
        Sketches current = sketches;
        if (current != null) {
            current.ensure(size);
        }
    }

    @Override
    public void expect(int size) {
        renewedAt = Math.max(renewedAt, size);
    }

    @Override
    public void set(int node, float[] vector) {
        walked.set(node, vector);
        size = Math.max(size, node + 1);
        Sketches current = sketches;
        if (size >= renewedAt) {
            sketches = renewed();
            renewedAt = size < RENEWED_MAX ? Math.min(GROWTH * size, RENEWED_MAX) : Integer.MAX_VALUE;
        } else if (current != null) {
            current.set(node, vector, 0);
        }
    }

    private Sketches renewed() {
        Sketches renewed = new Sketches(distance, rotation, mean());
        renewed.ensure(size);
        OriginalVectors.View original = originals().view();
        for (int node = 0; node < size; node++) {
            original.show(node);
            renewed.set(node, original.components(), original.start());
        }
        return renewed;
    }

    private float[] mean() {
        OriginalVectors.View original = originals().view();
        double[] sums = new double[dimensions];
        for (int node = 0; node < size; node++) {
            original.show(node);
            float[] components = original.components();
            int start = original.start();
            for (int i = 0; i < dimensions; i++) {
                sums[i] += components[start + i];
            }
        }
        float[] mean = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            mean[i] = (float) (sums[i] / size);
        }
        return mean;
    }

    @Override
    public void trim(int size) {
        walked.trim(size);
        this.size = Math.min(this.size, size);
        Sketches current = sketches;
        if (current != null) {
            current.trim(size);
        }
    }

    @Override
    public float distance(int a, int b) {
        return walked.distance(a, b);
    }

    @Override
    public boolean same(int a, int b) {
        return walked.same(a, b);
    }

    @Override
    public Probe probe() {
        return new SketchedProbe(walked.probe());
    }

    @Override
    public double walkedShare() {
        return sketches == null ? 1 : WALKED_SHARE;
    }

    @Override
    public OriginalVectors originals() {
        return walked.originals();
    }

    @Override
    public boolean exact() {
        return walked.exact();
    }

    @Override
    public long bytes() {
        Sketches current = sketches;
        return walked.bytes() + (current == null ? 0 : current.bytes());
    }

    @Override
    public long originalBytes() {
        return walked.originalBytes();
    }

    private final class SketchedProbe implements Probe {
        private final Probe probe;
        private final OriginalVectors.View original = originals().view();
        private float[] vector = NOT_SHOWN;
        private int aimedNode;
        private int begin;
        private @Nullable SketchQuery query;
        private boolean aimed;
        private int[] near = {};
        private int[] places = {};
        private float[] nearDistances = {};

        SketchedProbe(Probe probe) {
            this.probe = probe;
        }

        @Override
        public void aim(float[] vector, int start) {
            probe.aim(vector, start);
            take(vector, start);
        }

        @Override
        public void aim(int node) {
            probe.aim(node);
            take(NOT_SHOWN, 0);
            aimedNode = node;
        }

        private void take(float[] itsVector, int start) {
            vector = itsVector;
            begin = start;
            aimed = false;
        }

        @Override
        public float distance(int node) {
            return probe.distance(node);
        }

        @Override
        public void distances(int[] nodes, int count, float reach, float[] into) {
            Sketches current = sketches;
            if (current == null || reach == Float.POSITIVE_INFINITY) {
                probe.distances(nodes, count, reach, into);
                return;
            }
            SketchQuery asked = aimed(current);
            asked.reach(reach);
            asked.prefetch(nodes, count);
            if (near.length < count) {
                near = new int[count];
                places = new int[count];
                nearDistances = new float[count];
            }
            int left = 0;
            for (int i = 0; i < count; i++) {
                if (asked.isBeyond(nodes[i])) {
                    into[i] = Float.POSITIVE_INFINITY;
                } else {
                    near[left] = nodes[i];
                    places[left++] = i;
                }
            }
            probe.distances(near, left, reach, nearDistances);
            for (int i = 0; i < left; i++) {
                into[places[i]] = nearDistances[i];
            }
        }

        // Only now: many walks end before they have a reach.
        private SketchQuery aimed(Sketches current) {
            SketchQuery asked = query;
            if (asked == null || !asked.isOf(current)) {
                asked = new SketchQuery(current);
                query = asked;
                aimed = false;
            }
            if (!aimed) {
                if (vector == NOT_SHOWN) {
                    original.show(aimedNode);
                    vector = original.components();
                    begin = original.start();
                }
                asked.aim(vector, begin);
                aimed = true;
            }
            return asked;
        }
    }
}
