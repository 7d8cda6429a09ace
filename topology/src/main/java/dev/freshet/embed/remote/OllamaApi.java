package dev.freshet.embed.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Ollama: {@code POST /api/embed} with {@code {model, input: [text…], truncate: false}} answers {@code {embeddings: [[number…]…]}}, in the order of the texts and
 * scaled to length 1. {@code GET /api/tags} answers {@code {models: [{name, digest}…]}}; the digest is that of the model's manifest and changes with the
 * weights, the template and the parameters. See docs/api.md of github.com/ollama/ollama.
 *
 * <p>With {@code truncate: false} a text longer than the context is refused with 400, in some versions with 500. A text whose vector has a NaN makes it answer 500 with
 * Go's message for that (issues 9639 and 15582 there); it is the same each time, so it counts as a refusal.
 */
record OllamaApi(RemoteModel model) implements EmbeddingApi {
    private static final String LATEST = ":latest";

    private record Answer(
            float @Nullable [] @Nullable [] embeddings,
            @Nullable Long prompt_eval_count) {}

    private record Tags(@Nullable List<@Nullable Tag> models) {}

    private record Tag(@Nullable String name, @Nullable String digest) {}

    @Override
    public String path() {
        return "/api/embed";
    }

    @Override
    public byte[] body(List<String> texts) {
        ObjectNode request = ProviderJson.MAPPER.createObjectNode();
        request.put("model", model.model());
        ArrayNode input = request.putArray("input");
        texts.forEach(input::add);
        request.put("truncate", false);
        if (model.requestDimensions()) {
            request.put("dimensions", model.dimensions());
        }
        if (!model.keepAlive().isEmpty()) {
            request.put("keep_alive", model.keepAlive());
        }
        return request.toString().getBytes(UTF_8);
    }

    @Override
    public Vectors read(byte[] body, int texts) throws IOException, BadAnswerException {
        Answer answer = ProviderJson.read(body, Answer.class);
        if (answer.embeddings() == null) {
            throw new BadAnswerException("the answer has no 'embeddings'");
        }
        if (answer.embeddings().length != texts) {
            throw new BadAnswerException(
                    "the answer has " + answer.embeddings().length + " vectors for " + texts + " texts");
        }
        if (Arrays.stream(answer.embeddings()).anyMatch(Objects::isNull)) {
            throw new BadAnswerException("a vector of the answer is null");
        }
        Long tokens = answer.prompt_eval_count();
        return new Vectors(List.of(answer.embeddings()), tokens == null ? -1 : tokens);
    }

    @Override
    public boolean refuses(int status, String message) {
        if (status == 400 || status == 413 || status == 422) {
            return true;
        }
        String lower = message.toLowerCase(Locale.ROOT);
        return status == 500
                && ((lower.contains("context length") && lower.contains("exceed"))
                        || lower.contains("unsupported value: nan"));
    }

    @Override
    public String remedy(int status) {
        return status == 404
                ? "run 'ollama pull " + model.model() + "' where Ollama runs, or correct model." + model.name()
                        + ".model"
                : "check model." + model.name() + ".url, and the key if a proxy in front of Ollama asks for one";
    }

    @Override
    public @Nullable String fixedFingerprint() {
        return null;
    }

    @Override
    public String fingerprintPath() {
        return "/api/tags";
    }

    @Override
    public @Nullable String fingerprint(byte[] body) throws IOException, BadAnswerException {
        Tags tags = ProviderJson.read(body, Tags.class);
        if (tags.models() == null) {
            throw new BadAnswerException("the answer has no 'models'");
        }
        String full = tagged(model.model());
        for (Tag tag : tags.models()) {
            if (tag != null && tag.name() != null && tagged(tag.name()).equals(full)) {
                if (tag.digest() == null || tag.digest().isBlank()) {
                    throw new BadAnswerException("the answer has no digest of " + tag.name());
                }
                String revision = model.revision().isEmpty() ? "" : "-" + model.revision();
                return "ollama-" + tag.digest() + "-" + model.dimensions() + revision;
            }
        }
        return null;
    }

    /** A name without a tag means the tag {@code latest}; a colon before the last slash belongs to a host's port. */
    private static String tagged(String name) {
        return name.indexOf(':', name.lastIndexOf('/') + 1) >= 0 ? name : name + LATEST;
    }
}
