package dev.freshet.http;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One item of {@code …/add}.
 *
 * @param metadata column values; null keeps the stored ones
 */
record VectorItem(String id, float[] vector, @Nullable Map<String, @Nullable Object> metadata) {}
