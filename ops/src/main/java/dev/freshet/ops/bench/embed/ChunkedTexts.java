package dev.freshet.ops.bench.embed;

import dev.freshet.embed.Embedder;
import dev.freshet.text.Chunk;
import dev.freshet.text.Chunker;
import dev.freshet.text.ChunkingOptions;
import java.util.List;

/**
 * Texts of rows, and the chunks that an index of default settings has of each.
 *
 * @param texts at least one
 * @param chunks as many, each with at least one
 */
record ChunkedTexts(List<String> texts, List<List<String>> chunks) {
    ChunkedTexts {
        texts = List.copyOf(texts);
        chunks = List.copyOf(chunks);
        if (texts.isEmpty() || texts.size() != chunks.size() || chunks.stream().anyMatch(List::isEmpty)) {
            throw new IllegalArgumentException("there must be texts, and all of them must have chunks");
        }
    }

    static ChunkedTexts of(List<String> texts, Embedder embedder) {
        Chunker chunker = new Chunker(
                ChunkingOptions.DEFAULT,
                text -> embedder.tokens().count(text) <= embedder.model().maxTokens());
        return new ChunkedTexts(
                texts,
                texts.stream()
                        .map(text ->
                                chunker.chunk(text).stream().map(Chunk::text).toList())
                        .toList());
    }

    double meanCharacters() {
        return chunks.stream()
                .flatMap(List::stream)
                .mapToInt(String::length)
                .average()
                .orElse(0);
    }
}
