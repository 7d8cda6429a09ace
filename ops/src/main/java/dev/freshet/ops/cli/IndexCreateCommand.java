package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IndexDescription;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code freshet indexes create}. */
@Command(
        name = "create",
        description =
                "Creates an index. One over a dataset is filled from the stored rows by a job. What is left out takes the server's default.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class IndexCreateCommand implements Callable<Integer> {
    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "NAME", description = "What to call it.")
    private String name;

    @ArgGroup(multiplicity = "1")
    private Source source;

    @Option(names = "--model", description = "The model that embeds the rows; only with --dataset.")
    private @Nullable String model;

    @Option(names = "--chunk-size", description = "Longest chunk in characters; only with --dataset.")
    private @Nullable Integer chunkSize;

    @Option(
            names = "--overlap",
            description = "Characters that a chunk repeats of the one before; only with --dataset.")
    private @Nullable Integer overlap;

    @Option(names = "--distance", description = "cosine, dot or euclidean.")
    private @Nullable String distance;

    @Option(names = "--engine", description = "The engine.")
    private @Nullable String engine;

    @Option(names = "--quantization", description = "In what form it compares vectors: none or int8.")
    private @Nullable String quantization;

    @Option(
            names = "--vectors-on-disk",
            description = "Keep the vectors as they came in files rather than in memory; only with a quantization.")
    private boolean vectorsOnDisk;

    @Option(names = "--m", description = "Links per node of the graph.")
    private @Nullable Integer m;

    @Option(names = "--ef-construction", description = "Candidates looked at while inserting.")
    private @Nullable Integer efConstruction;

    @Option(names = "--ef-search", description = "Candidates looked at while searching.")
    private @Nullable Integer efSearch;

    @Mixin
    private JobOptions options;

    /** Where its vectors come from. */
    static final class Source {
        @Option(names = "--dataset", description = "The dataset whose rows it embeds.", required = true)
        private @Nullable String dataset;

        @Option(names = "--dimension", description = "Components of the vectors that you bring.", required = true)
        private @Nullable Integer dimension;
    }

    @Override
    public Integer call() throws InterruptedException {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("name", name);
        put(definition, "dataset", source.dataset);
        put(definition, "dimension", source.dimension);
        put(definition, "model", model);
        put(definition, "chunk_size", chunkSize);
        put(definition, "overlap", overlap);
        put(definition, "distance", distance);
        put(definition, "engine", engine);
        put(definition, "quantization", quantization);
        put(definition, "vectors_on_disk", vectorsOnDisk ? true : null);
        put(definition, "m", m);
        put(definition, "ef_construction", efConstruction);
        put(definition, "ef_search", efSearch);
        FreshetClient client = server.client();
        IndexDescription created = client.createIndex(definition);
        Long job = created.job();
        if (job != null) {
            return options.show(client, client.job(job));
        }
        if (options.json()) {
            options.out().println(CommandJson.write(created));
        } else {
            IndexesCommand.table(List.of(created)).print(options.out(), Terminal.columns());
        }
        return 0;
    }

    private static void put(Map<String, Object> definition, String field, @Nullable Object value) {
        if (value != null) {
            definition.put(field, value);
        }
    }
}
