package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * What an index gets that does not ask for something else.
 *
 * @param model name of the default model
 * @param models resolves a model's name, or throws {@code UNKNOWN_MODEL} with the names there are
 * @param engine name of the default engine
 * @param engines names of all engines, and of the quantizations that each has
 */
public record IndexDefaults(
        String model, Function<String, ModelReference> models, String engine, Map<String, List<String>> engines) {
    public static final String QUANTIZATION = "none";
    public static final int M = 16;
    public static final int EF_CONSTRUCTION = 200;
    public static final int EF_SEARCH = 100;
    public static final int CHUNK_SIZE = 1000;
    public static final int OVERLAP = 0;

    public IndexDefaults {
        requireNonNull(model, "model is null");
        requireNonNull(models, "models is null");
        requireNonNull(engine, "engine is null");
        engines = Map.copyOf(engines);
    }
}
