/**
 * Models behind HTTP. {@link dev.freshet.embed.remote.HttpEmbedder} is the door; what each provider's API looks like is said by the implementations of
 * {@code EmbeddingApi}.
 */
@NullMarked
package dev.freshet.embed.remote;

import org.jspecify.annotations.NullMarked;
