package dev.freshet.app;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.ApiKey;
import dev.freshet.embed.remote.RemoteLimits;
import dev.freshet.embed.remote.RemoteModel;
import dev.freshet.embed.remote.TokenEstimate;
import dev.freshet.refresh.EmbeddingPipeline;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one model, {@code model.NAME.…}, typed and validated. Names of settings are given here without that prefix, but shown with it.
 *
 * <p>No setting holds a key: keys are in files or environment variables, which settings name. A URL with a user or a query in it is refused, without being repeated.
 */
public final class ModelConfig extends AbstractConfig {
    static final String TYPE = "type";
    static final String URL = "url";
    static final String MODEL = "model";
    static final String DIMENSIONS = "dimensions";
    static final String REQUEST_DIMENSIONS = "request.dimensions";
    static final String MAX_TOKENS = "max.tokens";
    static final String CHARACTERS_PER_TOKEN = "characters.per.token";
    static final String REVISION = "revision";
    static final String API_KEY_FILE = "api.key.file";
    static final String API_KEY_ENV = "api.key.env";
    static final String KEEP_ALIVE = "keep.alive";
    static final String BATCH_TEXTS_MAX = "batch.texts.max";
    static final String BATCH_TOKENS_MAX = "batch.tokens.max";
    static final String REQUESTS_PER_MINUTE = "requests.per.minute";
    static final String TOKENS_PER_MINUTE = "tokens.per.minute";
    static final String IN_FLIGHT_MAX = "in.flight.max";
    static final String WAITING_TEXTS_MAX = "waiting.texts.max";
    static final String TIMEOUT_MS = "timeout.ms";
    static final String RETRIES = "retries";
    static final String MODEL_FILE = "model.file";
    static final String TOKENIZER_FILE = "tokenizer.file";

    private static final Set<String> EVERYWHERE = Set.of(TYPE, DIMENSIONS, MAX_TOKENS, REVISION);
    private static final Set<String> ONNX_ONLY = Set.of(MODEL_FILE, TOKENIZER_FILE);
    private static final Set<String> OLLAMA_ONLY = Set.of(KEEP_ALIVE);
    private static final RemoteLimits LIMITS = RemoteLimits.defaults();

    private static final ConfigDef DEFINITION = new ConfigDef()
            .define(
                    TYPE,
                    ConfigDef.Type.STRING,
                    ConfigDef.NO_DEFAULT_VALUE,
                    ConfigDef.ValidString.in("ollama", "openai", "onnx"),
                    HIGH,
                    "Where the model runs: ollama, openai (whatever speaks OpenAI's embeddings API), or onnx (in this process).")
            .define(
                    URL,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "ollama, openai, required: where the provider is, http or https, without the API's path: http://localhost:11434, https://api.openai.com/v1. No user, query or fragment.")
            .define(
                    MODEL,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "ollama, openai, required: what the provider calls the model.")
            .define(
                    DIMENSIONS,
                    ConfigDef.Type.INT,
                    ConfigDef.NO_DEFAULT_VALUE,
                    Range.between(1, 4096),
                    HIGH,
                    "Components of the model's vectors.")
            .define(
                    REQUEST_DIMENSIONS,
                    ConfigDef.Type.BOOLEAN,
                    false,
                    LOW,
                    "ollama, openai: ask for vectors of so many dimensions, of a model that can shorten its own.")
            .define(
                    MAX_TOKENS,
                    ConfigDef.Type.INT,
                    ConfigDef.NO_DEFAULT_VALUE,
                    Range.between(8, 10_000_000),
                    HIGH,
                    "Longest text that the model takes, in tokens. For Ollama not more than the context that it runs the model with.")
            .define(
                    CHARACTERS_PER_TOKEN,
                    ConfigDef.Type.DOUBLE,
                    TokenEstimate.CHARACTERS_PER_TOKEN_DEFAULT,
                    Range.between(1, 8),
                    LOW,
                    "ollama, openai: how many ASCII letters a token is taken to have; everything else counts one token per byte. 1 is the safest.")
            .define(
                    REVISION,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "Part of the model's version and, behind HTTP, of its fingerprint: tells apart models of which the provider says the same. Not to be changed while an index uses the model: another model gets another name.")
            .define(
                    API_KEY_FILE,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "ollama, openai: a file whose first line is the key; read anew for each request.")
            .define(
                    API_KEY_ENV,
                    ConfigDef.Type.STRING,
                    "",
                    MEDIUM,
                    "ollama, openai: the name of an environment variable that holds the key.")
            .define(
                    KEEP_ALIVE,
                    ConfigDef.Type.STRING,
                    "",
                    LOW,
                    "ollama: how long Ollama keeps the model loaded after a request, for example 30m; empty: as Ollama is set.")
            .define(
                    BATCH_TEXTS_MAX,
                    ConfigDef.Type.INT,
                    LIMITS.batchTextsMax(),
                    Range.between(1, 2048),
                    MEDIUM,
                    "ollama, openai: texts in one request.")
            .define(
                    BATCH_TOKENS_MAX,
                    ConfigDef.Type.INT,
                    LIMITS.batchTokensMax(),
                    Range.between(1, 10_000_000),
                    MEDIUM,
                    "ollama, openai: estimated tokens in one request; a text that has more goes alone.")
            .define(
                    REQUESTS_PER_MINUTE,
                    ConfigDef.Type.INT,
                    0,
                    Range.between(0, 1_000_000_000),
                    MEDIUM,
                    "ollama, openai: requests that this process sends in a minute; 0: no limit.")
            .define(
                    TOKENS_PER_MINUTE,
                    ConfigDef.Type.LONG,
                    0L,
                    Range.between(0, 1_000_000_000_000L),
                    MEDIUM,
                    "ollama, openai: tokens that this process sends in a minute; 0: no limit.")
            .define(
                    IN_FLIGHT_MAX,
                    ConfigDef.Type.INT,
                    LIMITS.inFlightMax(),
                    Range.between(1, 64),
                    MEDIUM,
                    "ollama, openai: requests at one time; of two or more, rows leave one to searches.")
            .define(
                    WAITING_TEXTS_MAX,
                    ConfigDef.Type.INT,
                    LIMITS.waitingMax(),
                    Range.between(EmbeddingPipeline.TEXTS_PER_CALL, 1_000_000),
                    LOW,
                    "ollama, openai: texts of rows that may wait in memory; others stay in the rows' queue. Not less than what one row hands over at once.")
            .define(
                    TIMEOUT_MS,
                    ConfigDef.Type.INT,
                    (int) LIMITS.timeout().toMillis(),
                    Range.between(10, 600_000),
                    MEDIUM,
                    "ollama, openai: how long a request may take, its whole answer included. Loading a model takes its time, too.")
            .define(
                    RETRIES,
                    ConfigDef.Type.INT,
                    LIMITS.retries(),
                    Range.between(0, 10),
                    LOW,
                    "ollama, openai: how often a request that failed is tried again, before its rows wait longer.")
            .define(MODEL_FILE, ConfigDef.Type.STRING, "", HIGH, "onnx, required: the model, a file in ONNX.")
            .define(
                    TOKENIZER_FILE,
                    ConfigDef.Type.STRING,
                    "",
                    HIGH,
                    "onnx, required: its tokenizer, a Hugging Face tokenizer.json.");

    private final String name;
    private final @Nullable RemoteModel remote;

    /** Where a model runs. */
    enum Type {
        OLLAMA,
        OPENAI,
        ONNX
    }

    /**
     * The settings of a model.
     *
     * @param settings without the prefix
     * @param environment an environment variable's value by its name, or null
     */
    ModelConfig(String name, Map<String, String> settings, Function<String, @Nullable String> environment) {
        super(DEFINITION, known(name, settings), false);
        this.name = name;
        requireFitting(settings);
        this.remote = type() == Type.ONNX ? null : remote(environment);
        if (type() == Type.ONNX) {
            requireReadable(MODEL_FILE);
            requireReadable(TOKENIZER_FILE);
        }
    }

    /** The definition, for documentation. */
    static ConfigDef definition() {
        return new ConfigDef(DEFINITION);
    }

    private static Map<String, String> known(String name, Map<String, String> settings) {
        for (String setting : settings.keySet()) {
            if (!DEFINITION.names().contains(setting)) {
                throw new ConfigException("Unknown setting '" + FreshetConfig.modelSetting(name, setting)
                        + "'; a model has " + String.join(", ", new TreeSet<>(DEFINITION.names())));
            }
        }
        try {
            DEFINITION.parse(settings);
        } catch (ConfigException e) {
            throw new ConfigException("Model " + name + ": " + e.getMessage());
        }
        return settings;
    }

    // A setting that would have no effect is a mistake.
    private void requireFitting(Map<String, String> settings) {
        Set<String> fitting = new TreeSet<>(EVERYWHERE);
        if (type() == Type.ONNX) {
            fitting.addAll(ONNX_ONLY);
        } else {
            fitting.addAll(DEFINITION.names());
            fitting.removeAll(ONNX_ONLY);
            if (type() != Type.OLLAMA) {
                fitting.removeAll(OLLAMA_ONLY);
            }
        }
        for (String setting : settings.keySet()) {
            if (!fitting.contains(setting)) {
                throw new ConfigException("A model of type " + getString(TYPE) + " has no setting '"
                        + FreshetConfig.modelSetting(name, setting) + "'; it has " + String.join(", ", fitting));
            }
        }
    }

    String name() {
        return name;
    }

    Type type() {
        return Type.valueOf(getString(TYPE).toUpperCase(Locale.ROOT));
    }

    /** The model, of a type behind HTTP. */
    RemoteModel remote() {
        if (remote == null) {
            throw new IllegalStateException("the model " + name + " runs in this process");
        }
        return remote;
    }

    RemoteLimits limits() {
        return new RemoteLimits(
                getInt(BATCH_TEXTS_MAX),
                getInt(BATCH_TOKENS_MAX),
                getInt(REQUESTS_PER_MINUTE),
                getLong(TOKENS_PER_MINUTE),
                getInt(IN_FLIGHT_MAX),
                getInt(WAITING_TEXTS_MAX),
                Duration.ofMillis(getInt(TIMEOUT_MS)),
                getInt(RETRIES));
    }

    Path file(String setting) {
        return Path.of(getString(setting)).toAbsolutePath();
    }

    private RemoteModel remote(Function<String, @Nullable String> environment) {
        try {
            return new RemoteModel(
                    name,
                    type() == Type.OLLAMA ? RemoteModel.Provider.OLLAMA : RemoteModel.Provider.OPENAI,
                    url(),
                    required(MODEL),
                    getInt(DIMENSIONS),
                    getBoolean(REQUEST_DIMENSIONS),
                    getInt(MAX_TOKENS),
                    getString(REVISION),
                    getString(KEEP_ALIVE),
                    getDouble(CHARACTERS_PER_TOKEN),
                    key(environment));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("Model " + name + ": " + e.getMessage());
        }
    }

    private URI url() {
        try {
            return new URI(required(URL));
        } catch (URISyntaxException e) {
            throw new ConfigException(FreshetConfig.modelSetting(name, URL) + " is no URL: " + e.getReason());
        }
    }

    private ApiKey key(Function<String, @Nullable String> environment) {
        String file = getString(API_KEY_FILE);
        String variable = getString(API_KEY_ENV);
        if (!file.isEmpty() && !variable.isEmpty()) {
            throw new ConfigException("Give " + FreshetConfig.modelSetting(name, API_KEY_FILE) + " or "
                    + FreshetConfig.modelSetting(name, API_KEY_ENV) + ", not both");
        }
        ApiKey key = ApiKey.none();
        if (!file.isEmpty()) {
            key = ApiKey.inFile(Path.of(file).toAbsolutePath());
        } else if (!variable.isEmpty()) {
            String value = environment.apply(variable);
            if (value == null) {
                throw new ConfigException("The environment variable that "
                        + FreshetConfig.modelSetting(name, API_KEY_ENV)
                        + " names is not set; it takes a variable's name, never a key");
            }
            key = ApiKey.of("the environment variable " + variable, value);
        }
        try {
            key.check();
        } catch (EmbeddingException e) {
            throw new ConfigException("Model " + name + ": " + e.getMessage());
        }
        return key;
    }

    private void requireReadable(String setting) {
        required(setting);
        if (!Files.isReadable(file(setting)) || Files.isDirectory(file(setting))) {
            throw new ConfigException(
                    FreshetConfig.modelSetting(name, setting) + " is " + file(setting) + ", which cannot be read");
        }
    }

    private String required(String setting) {
        String value = getString(setting);
        if (value.isBlank()) {
            throw new ConfigException("Missing setting '" + FreshetConfig.modelSetting(name, setting)
                    + "', which a model of type " + getString(TYPE) + " needs");
        }
        return value;
    }
}
