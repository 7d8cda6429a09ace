package dev.freshet.ops.client;

/**
 * Some rows of a file, as one request's body.
 *
 * @param rows how many there are, unless some are broken
 * @param lineOffset what to add to a line number in this batch to get the line (of a JSON array: the element) in the file
 */
public record RowBatch(byte[] body, long rows, long lineOffset) {}
