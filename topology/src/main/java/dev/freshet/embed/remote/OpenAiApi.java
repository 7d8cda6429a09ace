package dev.freshet.embed.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * OpenAI's {@code POST /embeddings} and what is compatible with it, below a URL that ends in {@code /v1} as a rule: {@code {model, input: [text…],
 * encoding_format: "float"}} answers {@code {data: [{index, embedding: [number…]}…], usage: {total_tokens}}}. Vectors are matched by {@code index}, not by their
 * place. OpenAI itself takes at most 2048 texts and 300,000 tokens in one request, refuses unknown fields and empty texts with 400, and answers 429 with
 * {@code Retry-After}.
 *
 * <p>The API tells nothing about the weights behind a name, so the fingerprint is a hash of the API, the model's name, the dimensions and the operator's revision.
 */
record OpenAiApi(RemoteModel model) implements EmbeddingApi {
    private record Answer(
            @Nullable List<@Nullable Datum> data, @Nullable Usage usage) {}

    private record Datum(@Nullable Integer index, float @Nullable [] embedding) {}

    private record Usage(@Nullable Long total_tokens) {}

    @Override
    public String path() {
        return "/embeddings";
    }

    @Override
    public byte[] body(List<String> texts) {
        ObjectNode request = ProviderJson.MAPPER.createObjectNode();
        request.put("model", model.model());
        ArrayNode input = request.putArray("input");
        texts.forEach(input::add);
        request.put("encoding_format", "float");
        if (model.requestDimensions()) {
            request.put("dimensions", model.dimensions());
        }
        return request.toString().getBytes(UTF_8);
    }

    @Override
    public Vectors read(byte[] body, int texts) throws IOException, BadAnswerException {
        Answer answer = ProviderJson.read(body, Answer.class);
        List<@Nullable Datum> data = answer.data();
        if (data == null) {
            throw new BadAnswerException("the answer has no 'data'");
        }
        if (data.size() != texts) {
            throw new BadAnswerException("the answer has " + data.size() + " vectors for " + texts + " texts");
        }
        float[] @Nullable [] vectors = new float[texts][];
        Arrays.fill(vectors, null);
        for (Datum datum : data) {
            Integer index = datum == null ? null : datum.index();
            float[] embedding = datum == null ? null : datum.embedding();
            if (index == null || embedding == null) {
                throw new BadAnswerException("an entry of 'data' has no 'index' or no 'embedding'");
            }
            if (index < 0 || index >= texts) {
                throw new BadAnswerException("the answer has index " + index + " for " + texts + " texts");
            }
            if (vectors[index] != null) {
                throw new BadAnswerException("the answer has index " + index + " twice");
            }
            vectors[index] = embedding;
        }
        Long tokens = answer.usage() == null ? null : answer.usage().total_tokens();
        return new Vectors(List.of(vectors), tokens == null ? -1 : tokens);
    }

    @Override
    public boolean refuses(int status, String message) {
        return status == 400 || status == 413 || status == 422;
    }

    @Override
    public String remedy(int status) {
        String setting = "model." + model.name() + ".";
        return switch (status) {
            case 401, 403 ->
                "replace the key in " + setting + "api.key.file, or set " + setting + "api.key.env and start again";
            case 404 -> "correct " + setting + "url (it ends in /v1 as a rule) or " + setting + "model";
            default -> "check the settings " + setting + "…";
        };
    }

    @Override
    public @Nullable String fixedFingerprint() {
        String identity = String.join(
                "\n", "openai", model.model(), String.valueOf(model.dimensions()), String.valueOf(model.revision()));
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return "openai-" + HexFormat.of().formatHex(digest.digest(identity.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String fingerprintPath() {
        throw new UnsupportedOperationException("the fingerprint is fixed");
    }

    @Override
    public @Nullable String fingerprint(byte[] body) {
        throw new UnsupportedOperationException("the fingerprint is fixed");
    }
}
