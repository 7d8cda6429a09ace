package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.server.DecimalVectors;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The rows that arrive, by their number from 0: some give an id that is there another vector, the others are new. Both kinds are spread evenly. The ids that are there
 * are gone through in a random order, and none comes a second time before all others came. Never changes, so any thread may ask.
 */
final class ArrivingRows {
    private final float[][] vectors;
    private final int[] order;
    private final double updates;

    /**
     * A row.
     *
     * @param vector shared, must not be changed
     */
    record Row(String id, float[] vector) {
        Row {
            requireNonNull(id, "id is null");
            requireNonNull(vector, "vector is null");
        }
    }

    /**
     * @param vectors what they bring, one after the other, and again from the first; at least one
     * @param existing how many ids are there: those of the positions before this, at least one
     * @param updates share of the rows that have one of them, 0 to 1
     */
    ArrivingRows(float[][] vectors, int existing, double updates, long seed) {
        if (vectors.length == 0 || existing < 1 || !(updates >= 0 && updates <= 1)) {
            throw new IllegalArgumentException(vectors.length + " vectors for " + existing + " rows, " + updates
                    + " of them updates: at least 1 of each, and a share from 0 to 1");
        }
        this.vectors = vectors.clone();
        this.order = shuffled(existing, new SplittableRandom(seed));
        this.updates = updates;
    }

    Row row(long number) {
        long before = updatesBefore(number);
        int position = isUpdate(number)
                ? order[(int) (before % order.length)]
                : Math.toIntExact(order.length + number - before);
        return new Row(DecimalVectors.id(position), vectors[(int) (number % vectors.length)]);
    }

    /**
     * The body of a request that adds some.
     *
     * @param first its number
     * @param count at least 1
     */
    byte[] body(long first, int count) {
        List<String> ids = new ArrayList<>(count);
        List<float[]> bring = new ArrayList<>(count);
        for (long number = first; number < first + count; number++) {
            Row row = row(number);
            ids.add(row.id());
            bring.add(row.vector());
        }
        return DecimalVectors.items(ids, bring);
    }

    /** How many of the first so many rows have ids that were not there. */
    long added(long rows) {
        return rows - updatesBefore(rows);
    }

    /** Whether, of the first so many rows, none after this one has its id or its vector. */
    boolean isLast(long number, long rows) {
        boolean lastOfId = !isUpdate(number) || updatesBefore(number) >= updatesBefore(rows) - order.length;
        return lastOfId && number >= rows - vectors.length;
    }

    private boolean isUpdate(long number) {
        return updatesBefore(number + 1) > updatesBefore(number);
    }

    private long updatesBefore(long number) {
        return (long) Math.floor(number * updates);
    }

    private static int[] shuffled(int count, SplittableRandom random) {
        int[] order = new int[count];
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i + 1);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }
}
