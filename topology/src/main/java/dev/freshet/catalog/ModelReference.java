package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

/** The model of an index. Vectors of models that differ in any of these are never mixed. */
public record ModelReference(String name, String version, int dimensions, int maxTokens, String fingerprint) {
    public ModelReference {
        requireNonNull(name, "name is null");
        requireNonNull(version, "version is null");
        requireNonNull(fingerprint, "fingerprint is null");
    }
}
