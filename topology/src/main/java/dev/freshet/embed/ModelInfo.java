package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

/**
 * What identifies a model.
 *
 * @param name what users call it, for example {@code all-minilm-l6-v2-q}
 * @param version the version of the weights as their publisher names it
 * @param dimensions components of each vector, 1 to 4096
 * @param maxTokens longest text in tokens, special tokens included
 * @param fingerprint hash over the weights and the tokenizer: equal fingerprints give equal vectors
 */
public record ModelInfo(String name, String version, int dimensions, int maxTokens, String fingerprint) {
    public ModelInfo {
        requireNonNull(name, "name is null");
        requireNonNull(version, "version is null");
        requireNonNull(fingerprint, "fingerprint is null");
        if (dimensions < 1 || dimensions > 4096) {
            throw new IllegalArgumentException("dimensions is " + dimensions + ", must be 1 to 4096");
        }
        if (maxTokens < 8) {
            throw new IllegalArgumentException("maxTokens is " + maxTokens + ", must be at least 8");
        }
    }
}
