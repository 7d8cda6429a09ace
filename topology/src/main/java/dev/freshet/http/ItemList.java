package dev.freshet.http;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some items of an index.
 *
 * @param nextCursor to go on with; absent when there are no more
 */
record ItemList(List<ItemInfo> items, @Nullable String nextCursor) {}
