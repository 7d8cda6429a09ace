package dev.freshet.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.client.ProfileDefinition;
import dev.freshet.ops.client.ProfileDefinition.Binding;
import dev.freshet.ops.client.ProfileDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet profiles set}: creates a profile, or replaces it as a whole. */
@Command(
        name = "set",
        description = "Creates a profile, or replaces the one of this id: what is not given then is left out.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ProfileSetCommand implements Callable<Integer> {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "PROFILE", description = "The profile.")
    private String profile;

    @Option(
            names = "--bind",
            required = true,
            paramLabel = "DATASET[=INDEX]",
            description =
                    "A dataset that it may search, and the index or alias that is searched unless a search names another of the dataset's. Repeatable.")
    private List<String> bindings;

    @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
    private @Nullable String description;

    @Option(names = "-k", paramLabel = "N", description = "Results, unless a search says otherwise.")
    private @Nullable Integer k;

    @Option(names = "--ef", paramLabel = "N", description = "Candidates to look at, unless a search says otherwise.")
    private @Nullable Integer ef;

    @Option(
            names = "--score-threshold",
            paramLabel = "SCORE",
            description = "Leave out results with a lower score, unless a search says otherwise.")
    private @Nullable Double scoreThreshold;

    @Option(names = "--group-by-row", description = "At most one result per row, unless a search says otherwise.")
    private boolean groupByRow;

    @Option(
            names = "--filter",
            paramLabel = "JSON",
            description = "A filter that holds for everything found, whatever a search says.")
    private @Nullable String filter;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        ProfileDefinition definition = new ProfileDefinition(
                description, bindings.stream().map(this::binding).toList(), search());
        ProfileDescription set = server.client().putProfile(profile, definition);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(set));
        } else {
            ProfilesCommand.print(List.of(set), out);
        }
        return 0;
    }

    private Binding binding(String text) {
        int equals = text.indexOf('=');
        String dataset = equals < 0 ? text : text.substring(0, equals);
        String index = equals < 0 ? null : text.substring(equals + 1);
        if (dataset.isEmpty() || (index != null && index.isEmpty())) {
            throw new ParameterException(
                    spec.commandLine(), "--bind takes DATASET or DATASET=INDEX, and was given '" + text + "'");
        }
        return new Binding(dataset, index);
    }

    private ObjectNode search() {
        ObjectNode search = MAPPER.createObjectNode();
        if (k != null) {
            search.put("k", k);
        }
        if (ef != null) {
            search.put("ef", ef);
        }
        if (scoreThreshold != null) {
            search.put("score_threshold", scoreThreshold);
        }
        if (groupByRow) {
            search.put("group_by_row", true);
        }
        if (filter != null) {
            search.set("filter", object(filter));
        }
        return search;
    }

    private JsonNode object(String text) {
        try {
            JsonNode json = MAPPER.readTree(text);
            if (!json.isObject()) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--filter takes a JSON object, for example '{\"eq\": {\"site\": \"ams1\"}}'");
            }
            return json;
        } catch (JsonProcessingException e) {
            throw new ParameterException(spec.commandLine(), "--filter is not JSON: " + e.getOriginalMessage(), e);
        }
    }
}
