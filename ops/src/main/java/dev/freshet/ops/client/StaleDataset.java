package dev.freshet.ops.client;

/** A dataset with rows that wait to be embedded. */
public record StaleDataset(String dataset, long pendingRows, String staleSince) {}
