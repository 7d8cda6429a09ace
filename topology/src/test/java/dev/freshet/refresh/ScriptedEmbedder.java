package dev.freshet.refresh;

import dev.freshet.embed.Embedder;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.ModelInfo;
import dev.freshet.embed.TokenCounter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/** A deterministic embedder that remembers what it was asked, and can be told to hold its answers back or to fail. For one thread. */
final class ScriptedEmbedder implements Embedder {
    static final ModelInfo MODEL = new ModelInfo("scripted", "1", 8, 256, "f00d");

    private final ModelInfo model;
    private final List<String> asked = new ArrayList<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private int failures;
    private String poison = "";
    private String upsetting = "";
    private String troubling = "";

    ScriptedEmbedder() {
        this(MODEL);
    }

    /** One whose vectors are its own. */
    ScriptedEmbedder(ModelInfo model) {
        this.model = model;
    }

    static float[] vector(String text) {
        return vector(MODEL, text);
    }

    static float[] vector(ModelInfo model, String text) {
        Random random = new Random(
                text.hashCode() + 31L * (model.equals(MODEL) ? 0 : model.name().hashCode()));
        float[] vector = new float[MODEL.dimensions()];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** All texts asked for so far, in order. */
    List<String> asked() {
        return asked;
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    /** The next calls fail as if the model could not be reached. */
    void failNext(int calls) {
        failures = calls;
    }

    /** Texts that contain this are refused for good. */
    void poison(String text) {
        poison = text;
    }

    /** Texts that contain this make the model fail in a way that no model should. */
    void upsetBy(String text) {
        upsetting = text;
    }

    /** Texts that contain this always fail as if the model could not be reached. */
    void troubleBy(String text) {
        troubling = text;
    }

    @Override
    public ModelInfo model() {
        return model;
    }

    @Override
    public TokenCounter tokens() {
        return text -> text.length() / 4 + 2;
    }

    @Override
    public CompletableFuture<List<float[]>> embed(List<String> texts) {
        asked.addAll(texts);
        if (failures > 0) {
            failures--;
            return CompletableFuture.failedFuture(new EmbeddingException(true, "out of reach", null));
        }
        if (!troubling.isEmpty() && texts.stream().anyMatch(text -> text.contains(troubling))) {
            return CompletableFuture.failedFuture(new EmbeddingException(true, "out of reach", null));
        }
        if (!poison.isEmpty() && texts.stream().anyMatch(text -> text.contains(poison))) {
            return CompletableFuture.failedFuture(new EmbeddingException(false, "the model refuses this text", null));
        }
        if (!upsetting.isEmpty() && texts.stream().anyMatch(text -> text.contains(upsetting))) {
            return CompletableFuture.failedFuture(new IllegalStateException("nobody thought of this"));
        }
        CompletableFuture<List<float[]>> future = new CompletableFuture<>();
        Runnable answer = () ->
                future.complete(texts.stream().map(text -> vector(model, text)).toList());
        if (holding) {
            held.add(answer);
        } else {
            answer.run();
        }
        return future;
    }

    @Override
    public CompletableFuture<float[]> embedQuery(String text) {
        return CompletableFuture.completedFuture(vector(model, text));
    }

    @Override
    public void close() {}
}
