package dev.freshet.ops.chaos.world;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;

/** Vectors that are a function of the text alone: of length 1, and different for different texts (as far as 64 bits of SHA-256 are). Thread-safe. */
final class TextVectors {
    private final String model;
    private final int dimensions;

    /**
     * @param model other models have other vectors
     * @param dimensions from 2
     */
    TextVectors(String model, int dimensions) {
        if (dimensions < 2) {
            throw new IllegalArgumentException("The dimensions are " + dimensions + ", expected 2 or more");
        }
        this.model = model;
        this.dimensions = dimensions;
    }

    float[] of(String text) {
        SplittableRandom random = new SplittableRandom(seed(text));
        double[] components = random.doubles(dimensions, -1, 1).toArray();
        double squares = 0;
        for (double component : components) {
            squares += component * component;
        }
        double length = Math.sqrt(squares);
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++) {
            vector[i] = (float) (components[i] / length);
        }
        return vector;
    }

    private long seed(String text) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            sha.update(model.getBytes(StandardCharsets.UTF_8));
            sha.update((byte) 0);
            return ByteBuffer.wrap(sha.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
