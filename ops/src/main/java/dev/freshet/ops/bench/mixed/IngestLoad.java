package dev.freshet.ops.bench.mixed;

/**
 * Rows that arrive at a steady rate.
 *
 * @param rowsPerSecond at least 1
 * @param batchRows how many in a request, at least 1
 * @param updates share of them with new vectors for ids that are there, 0 to 1; the others have new ids
 */
public record IngestLoad(int rowsPerSecond, int batchRows, double updates) {
    public IngestLoad {
        if (rowsPerSecond < 1 || batchRows < 1) {
            throw new IllegalArgumentException(
                    rowsPerSecond + " rows per second, " + batchRows + " in a batch: at least 1 of each");
        }
        if (!(updates >= 0 && updates <= 1)) {
            throw new IllegalArgumentException("updates is " + updates + ", must be 0 to 1");
        }
    }
}
