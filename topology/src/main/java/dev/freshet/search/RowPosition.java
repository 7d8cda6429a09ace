package dev.freshet.search;

/** A change that a writer waits for: its row, its partition in the rows topic, and the version that the change has there. */
public record RowPosition(String rowKey, int partition, long version) {}
