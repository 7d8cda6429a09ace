package dev.freshet.ops.bench.embed;

/**
 * Chunks of a stretch of time.
 *
 * @param cpuSeconds that were used for them
 */
record Rate(long chunks, double seconds, double cpuSeconds) {
    Rate {
        if (chunks < 0 || !(seconds > 0)) {
            throw new IllegalArgumentException(chunks + " chunks in " + seconds + " s are no rate");
        }
    }

    double chunksPerSecond() {
        return chunks / seconds;
    }

    double cpuMsPerChunk() {
        return cpuSeconds * 1_000 / Math.max(1, chunks);
    }
}
