package dev.freshet.ops.client;

import org.jspecify.annotations.Nullable;

/**
 * An alias as the server shows it.
 *
 * @param previous the index that it pointed at before; null if there was none, or it is gone
 */
public record AliasDescription(
        String alias, String index, @Nullable String previous, String created, String updated) {}
