package dev.freshet.index;

/** {@link GraphVectors} that walks see as {@linkplain CodePages codes}. The vectors as they came lie elsewhere, where walks do not go, so that the processor's caches hold codes. */
final class CodedVectors implements GraphVectors {
    private final DistanceFunction distance;
    private final int dimensions;
    private final OriginalVectors originals;
    private final CodePages codes;

    CodedVectors(VectorIndexParameters parameters, VectorPlace place) {
        this.distance = parameters.distance();
        this.dimensions = parameters.dimensions();
        this.originals = OriginalVectors.create(dimensions, place);
        this.codes = new CodePages(dimensions);
    }

    @Override
    public void ensure(int size) {
        originals.ensure(size);
        codes.ensure(size);
    }

    @Override
    public void set(int node, float[] vector) {
        originals.set(node, vector);
        codes.set(node, vector);
    }

    @Override
    public void trim(int size) {
        originals.trim(size);
        codes.trim(size);
    }

    @Override
    public float distance(int a, int b) {
        byte[] aPage = codes.page(a);
        byte[] bPage = codes.page(b);
        int aStart = codes.start(a);
        int bStart = codes.start(b);
        return distance.of(
                codes.dot(aPage, aStart, bPage, bStart),
                CodePages.squares(aPage, aStart),
                CodePages.squares(bPage, bStart));
    }

    @Override
    public boolean same(int a, int b) {
        return codes.same(a, b);
    }

    @Override
    public Probe probe() {
        return new CodedProbe();
    }

    @Override
    public OriginalVectors originals() {
        return originals;
    }

    @Override
    public boolean exact() {
        return false;
    }

    @Override
    public long bytes() {
        return originals.bytes() + codes.bytes();
    }

    @Override
    public long originalBytes() {
        return originals.bytes();
    }

    /** Codes in the order that {@link VectorKernel#dotProduct(short[], byte[], int, int)} wants, and the values of their head. */
    private final class CodedProbe implements Probe {
        private final short[] split = new short[dimensions];
        private final int odd = (dimensions + 1) / 2;
        private float middle;
        private float step;
        private int sum;
        private float squares;

        @SuppressWarnings("UnusedVariable") // see prefetch
        private int prefetched;

        @Override
        public void aim(float[] vector, int start) {
            CodeScale scale = CodeScale.of(vector, start, dimensions);
            middle = scale.middle();
            step = scale.step();
            sum = 0;
            int product = 0;
            for (int i = 0; i < dimensions; i++) {
                int code = scale.code(vector[start + i]);
                put(i, code);
                sum += code;
                product += code * code;
            }
            squares = codes.dot(middle, step, sum, middle, step, sum, product);
        }

        @Override
        public void aim(int node) {
            byte[] page = codes.page(node);
            int start = codes.start(node);
            middle = CodePages.middle(page, start);
            step = CodePages.step(page, start);
            sum = CodePages.sum(page, start);
            squares = CodePages.squares(page, start);
            for (int i = 0; i < dimensions; i++) {
                put(i, page[start + CodePages.HEAD_BYTES + i]);
            }
        }

        private void put(int place, int code) {
            split[(place >>> 1) + (place & 1) * odd] = (short) code;
        }

        @Override
        public float distance(int node) {
            byte[] page = codes.page(node);
            int start = codes.start(node);
            int product = VectorKernels.current().dotProduct(split, page, start + CodePages.HEAD_BYTES, dimensions);
            float dot = codes.dot(
                    middle,
                    step,
                    sum,
                    CodePages.middle(page, start),
                    CodePages.step(page, start),
                    CodePages.sum(page, start),
                    product);
            return distance.of(dot, squares, CodePages.squares(page, start));
        }

        @Override
        public void distances(int[] nodes, int count, float reach, float[] into) {
            prefetch(nodes, count);
            for (int i = 0; i < count; i++) {
                into[i] = distance(nodes[i]);
            }
        }

        // As with floats: the processor waits for all of them at once.
        private void prefetch(int[] nodes, int count) {
            int all = 0;
            for (int i = 0; i < count; i++) {
                all += codes.page(nodes[i])[codes.start(nodes[i])];
            }
            prefetched = all;
        }
    }
}
