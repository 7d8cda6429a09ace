package dev.freshet.ops.bench.embed;

import static java.util.Objects.requireNonNull;

import dev.freshet.embed.Embedder;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.OnnxOptions;
import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Embeds the same texts in two ways, in turns: with the model alone in this process, and as rows that are ingested by a server and become searchable. Each round
 * has a server of its own, so that nothing else runs while the model runs alone, and the index is as large in every round. For one thread; {@link #close}, from
 * any thread, ends the servers.
 */
public final class EmbedBenchmark implements Benchmark<EmbedFigures> {
    private final Settings settings;
    private final List<ServerProcess> servers = new ArrayList<>();
    private final Embedders embedders;
    private final BenchmarkProgress progress;

    /**
     * What to measure.
     *
     * @param texts of the rows, sent again and again as new rows
     * @param workers threads that run the model, here and in the server
     * @param rounds of each kind, at least 1
     * @param measured how long each is
     * @param settle how long each runs before it is measured
     * @param warmUp how much longer the pipeline does, and the model the first time: until its code is compiled
     */
    public record Settings(
            List<String> texts, int workers, int rounds, Duration measured, Duration settle, Duration warmUp) {
        public Settings {
            texts = List.copyOf(texts);
            if (texts.isEmpty()) {
                throw new IllegalArgumentException("there are no texts");
            }
            if (workers < 1 || rounds < 1) {
                throw new IllegalArgumentException(workers + " workers, " + rounds + " rounds: at least 1 of each");
            }
            if (measured.toMillis() < 1 || settle.isNegative() || warmUp.isNegative()) {
                throw new IllegalArgumentException(
                        "nothing is measured in " + measured + " after " + settle + " and " + warmUp);
            }
        }
    }

    /**
     * @param directory for the servers' data, empty
     * @param mainClass of the command line
     */
    public EmbedBenchmark(Settings settings, Path directory, String mainClass, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        for (int round = 0; round < settings.rounds(); round++) {
            servers.add(new ServerProcess(
                    directory.resolve("server-" + round),
                    mainClass,
                    List.of("--set", "embed.workers=" + settings.workers())));
        }
        this.embedders = Embedders.standard(new OnnxOptions(settings.workers(), OnnxOptions.WAITING_MAX_DEFAULT));
    }

    /** Runs it. What goes wrong with a server is an {@link IOException} with what it said last. */
    @Override
    public EmbedFigures run() throws IOException {
        progress.begin("chunks", 1);
        Embedder embedder = embedders.byName(Embedders.DEFAULT_MODEL);
        ChunkedTexts texts = ChunkedTexts.of(settings.texts(), embedder);
        RawEmbedding raw = new RawEmbedding(embedder, texts.chunks());
        List<Rate> raws = new ArrayList<>();
        List<PipelineRound> pipelines = new ArrayList<>();
        for (ServerProcess server : servers) {
            Duration settle = raws.isEmpty() ? settings.warmUp().plus(settings.settle()) : settings.settle();
            progress.begin("model alone", 1);
            raws.add(raw.run(settle, settings.measured()));
            try (Pipeline pipeline = new Pipeline(server, embedder.model(), texts, progress)) {
                pipeline.start();
                pipelines.add(pipeline.measure(settings.warmUp().plus(settings.settle()), settings.measured()));
            }
        }
        return new EmbedFigures(raws, pipelines, texts.meanCharacters());
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
        embedders.close();
    }
}
