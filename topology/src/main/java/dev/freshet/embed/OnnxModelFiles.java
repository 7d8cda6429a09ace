package dev.freshet.embed;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A sentence-transformer in ONNX with its Hugging Face {@code tokenizer.json}, read into memory. Immutable.
 *
 * <p>Its fingerprint is the hexadecimal SHA-256 of the model's bytes followed by the tokenizer's.
 */
public final class OnnxModelFiles {
    private final ModelInfo info;
    private final byte[] model;
    private final byte[] tokenizer;

    private OnnxModelFiles(ModelInfo info, byte[] model, byte[] tokenizer) {
        this.info = info;
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** Takes the bytes as they are; they are copied. */
    public static OnnxModelFiles of(
            String name, String version, int dimensions, int maxTokens, byte[] model, byte[] tokenizer) {
        requireNonNull(model, "model is null");
        requireNonNull(tokenizer, "tokenizer is null");
        byte[] modelCopy = model.clone();
        byte[] tokenizerCopy = tokenizer.clone();
        ModelInfo info = new ModelInfo(name, version, dimensions, maxTokens, fingerprint(modelCopy, tokenizerCopy));
        return new OnnxModelFiles(info, modelCopy, tokenizerCopy);
    }

    /** Reads a model from disk. */
    public static OnnxModelFiles read(
            String name, String version, int dimensions, int maxTokens, Path model, Path tokenizer) throws IOException {
        return of(name, version, dimensions, maxTokens, Files.readAllBytes(model), Files.readAllBytes(tokenizer));
    }

    public ModelInfo info() {
        return info;
    }

    byte[] model() {
        return model;
    }

    byte[] tokenizer() {
        return tokenizer;
    }

    private static String fingerprint(byte[] model, byte[] tokenizer) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(model);
            digest.update(tokenizer);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
