package dev.freshet.ops.bench.restart;

/**
 * When a server came back, in seconds since its process was started.
 *
 * @param listens HTTP answers
 * @param firstAnswer a search is answered, by some partitions at least
 * @param complete a search is answered by all partitions, and the index has every vector
 */
public record Phases(double listens, double firstAnswer, double complete) {}
