package dev.freshet.app;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The environment variables that hold settings of models: {@code FRESHET_MODEL_OAI_SMALL_API_KEY_FILE} is {@code model.oai-small.api.key.file}. */
public final class ModelVariables {
    private static final String PREFIX = "FRESHET_MODEL_";

    private ModelVariables() {}

    /**
     * The settings of these models that the environment has.
     *
     * @param models the value of the setting {@code models}: names separated by commas; may be null
     * @param environment a variable's value by its name, or null
     */
    public static Map<String, String> settings(
            @Nullable String models, Function<String, @Nullable String> environment) {
        Map<String, String> settings = new HashMap<>();
        for (String model : models == null ? List.<String>of() : List.of(models.split(","))) {
            for (String setting : ModelConfig.definition().names()) {
                String value = environment.apply(of(model.strip(), setting));
                if (value != null) {
                    settings.put(FreshetConfig.modelSetting(model.strip(), setting), value);
                }
            }
        }
        return settings;
    }

    /** The variable of a model's setting: upper case, with an underscore for each dot and dash. */
    static String of(String model, String setting) {
        return PREFIX
                + (model + "." + setting)
                        .toUpperCase(Locale.ROOT)
                        .replace('.', '_')
                        .replace('-', '_');
    }
}
