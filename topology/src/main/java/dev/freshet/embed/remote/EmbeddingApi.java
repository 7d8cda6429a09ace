package dev.freshet.embed.remote;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one provider's API looks like. Implementations are pure and thread-safe. */
sealed interface EmbeddingApi permits OllamaApi, OpenAiApi {
    static EmbeddingApi of(RemoteModel model) {
        return switch (model.provider()) {
            case OLLAMA -> new OllamaApi(model);
            case OPENAI -> new OpenAiApi(model);
        };
    }

    /** The path, below the model's URL, that texts are posted to. */
    String path();

    /** The JSON to post for these texts. */
    byte[] body(List<String> texts);

    /**
     * Reads an answer with status 200.
     *
     * @throws BadAnswerException if it is not what the API promises: not JSON, not one vector per text, an index missing or twice
     * @throws IOException never, but for Jackson's signatures
     */
    Vectors read(byte[] body, int texts) throws IOException, BadAnswerException;

    /** Whether an answer other than 200 says that a text of the request can never be embedded, rather than that something is wrong for now. */
    boolean refuses(int status, String message);

    /** What to do about a status that speaks of a wrong configuration. */
    String remedy(int status);

    /** The fingerprint, where it follows from the configuration alone; null if the provider must be asked. */
    @Nullable
    String fixedFingerprint();

    /** The path, below the model's URL, where {@link #fingerprint} can be read. Only where there is no fixed one. */
    String fingerprintPath();

    /** Reads the fingerprint of an answer from {@link #fingerprintPath}; null if the provider does not have the model. */
    @Nullable
    String fingerprint(byte[] body) throws IOException, BadAnswerException;

    /**
     * What a provider answered.
     *
     * @param vectors one per text, in the texts' order; their dimensions and values are not checked yet
     * @param tokens what the provider counted, or -1
     */
    record Vectors(List<float[]> vectors, long tokens) {
        public Vectors {
            vectors = List.copyOf(vectors);
        }
    }

    /** An answer that breaks the API's promises. */
    final class BadAnswerException extends Exception {
        BadAnswerException(String message) {
            super(message);
        }
    }
}
