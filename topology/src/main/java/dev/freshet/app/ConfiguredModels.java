package dev.freshet.app;

import dev.freshet.embed.Embedders;
import dev.freshet.embed.OnnxModelFiles;
import dev.freshet.embed.OnnxOptions;
import dev.freshet.embed.remote.HttpEmbedder;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the models of a process of its configuration: the one in the box, and those of the setting {@code models}. Nothing is loaded or asked yet. */
final class ConfiguredModels {
    private static final Logger log = LoggerFactory.getLogger(ConfiguredModels.class);

    private ConfiguredModels() {}

    static Embedders of(FreshetConfig config, MeterRegistry metrics, Clock clock) {
        int workers = config.getInt(FreshetConfig.EMBED_WORKERS);
        OnnxOptions options =
                workers == 0 ? OnnxOptions.defaults() : new OnnxOptions(workers, OnnxOptions.WAITING_MAX_DEFAULT);
        Embedders.Builder builder = Embedders.builder().addMiniLm(options);
        for (ModelConfig model : config.models()) {
            if (model.type() != ModelConfig.Type.ONNX && model.remote().sendsKeyInClear()) {
                log.warn(
                        "The API key of model {} is sent unencrypted to {}: use https, unless that network is trusted",
                        model.name(),
                        model.remote().url().getHost());
            }
            switch (model.type()) {
                case OLLAMA, OPENAI ->
                    builder.addRemote(
                            model.name(), () -> new HttpEmbedder(model.remote(), model.limits(), metrics, clock));
                case ONNX -> builder.addOnnx(model.name(), () -> files(model), options);
            }
        }
        return builder.build();
    }

    private static OnnxModelFiles files(ModelConfig model) {
        String revision = model.getString(ModelConfig.REVISION);
        try {
            return OnnxModelFiles.read(
                    model.name(),
                    revision.isEmpty() ? "unknown" : revision,
                    model.getInt(ModelConfig.DIMENSIONS),
                    model.getInt(ModelConfig.MAX_TOKENS),
                    model.file(ModelConfig.MODEL_FILE),
                    model.file(ModelConfig.TOKENIZER_FILE));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of the model " + model.name(), e);
        }
    }
}
