package dev.freshet.ops.bench.index;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.DistanceFunction;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.Median;
import dev.freshet.ops.bench.index.Contender.BuiltIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Builds an index with stock hnswlib-core and with each engine from the same vectors, and searches all of them. Searches take turns, round by round, so that a
 * processor that changes its pace changes it for all. For one thread.
 */
public final class IndexBenchmark {
    private static final int WARM_UP_VECTORS_MAX = 5_000;
    private static final int WARM_UP_SEARCHES = 2_000;

    private final Settings settings;
    private final BenchmarkVectors vectors;
    private final VectorIndexParameters parameters;
    private final BenchmarkProgress progress;

    /**
     * What to measure.
     *
     * @param engines at least one
     * @param efs in ascending order, at least one
     * @param buildThreads at least 1, as all the numbers
     * @param rounds searches are timed in; the median counts
     * @param roundMs how long a round takes at least
     */
    public record Settings(
            List<MeasuredEngine> engines,
            DistanceFunction distance,
            int m,
            int efConstruction,
            List<Integer> efs,
            int k,
            int buildThreads,
            int buildRepeats,
            int searchThreads,
            int rounds,
            int roundMs) {
        public Settings {
            requireNonNull(distance, "distance is null");
            engines = List.copyOf(engines);
            efs = List.copyOf(efs);
            if (engines.isEmpty() || efs.isEmpty()) {
                throw new IllegalArgumentException("there is no engine, or no ef, to measure");
            }
            for (int number : new int[] {k, buildThreads, buildRepeats, searchThreads, rounds, roundMs}) {
                if (number < 1) {
                    throw new IllegalArgumentException("a number of " + number + " must be at least 1");
                }
            }
        }
    }

    /** Refuses, as {@link IllegalArgumentException}, vectors that no index would take, and fewer than {@code k}. */
    public IndexBenchmark(Settings settings, BenchmarkVectors vectors, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        if (vectors.base().length < settings.k()) {
            throw new IllegalArgumentException(
                    vectors.base().length + " vectors are fewer than the " + settings.k() + " that are searched for");
        }
        this.parameters = new VectorIndexParameters(
                vectors.dimensions(), settings.distance(), settings.m(), settings.efConstruction());
        this.vectors = vectors.prepare(settings.distance());
    }

    public IndexComparison run() {
        progress.begin("exact search", 1);
        ExactNeighbors exact = ExactNeighbors.of(vectors, settings.distance(), settings.k());
        List<Contender> contenders = contenders();
        progress.begin("warm-up", contenders.size());
        for (int i = 0; i < contenders.size(); i++) {
            warmUp(contenders.get(i));
            progress.stepTo(i + 1);
        }
        List<Candidate> candidates = build(contenders);
        search(candidates, exact);
        Map<String, Measured> engines = new LinkedHashMap<>();
        candidates.stream().skip(1).forEach(candidate -> engines.put(candidate.name(), candidate.measured()));
        return new IndexComparison(
                vectors.base().length,
                vectors.queries().length,
                settings.k(),
                StockHnswlib.distanceName(settings.distance()),
                candidates.get(0).measured(),
                engines);
    }

    /** Stock comes first. */
    private List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>();
        contenders.add(new StockHnswlib(parameters));
        for (MeasuredEngine engine : settings.engines()) {
            contenders.add(new ProductEngine(
                    engine,
                    new VectorIndexParameters(
                            parameters.dimensions(),
                            parameters.distance(),
                            parameters.m(),
                            parameters.efConstruction(),
                            engine.quantization())));
        }
        return contenders;
    }

    /** The JIT compiler's work is done before the clock starts, for all alike. */
    private void warmUp(Contender contender) {
        float[][] some = Arrays.copyOf(vectors.base(), Math.min(vectors.base().length, WARM_UP_VECTORS_MAX));
        BuiltIndex index = contender.build(some, settings.buildThreads(), count -> {});
        Contender.Searcher searcher = index.searcher(
                Math.min(settings.k(), some.length),
                settings.efs().get(settings.efs().size() - 1));
        for (int i = 0; i < WARM_UP_SEARCHES; i++) {
            searcher.search(vectors.queries()[i % vectors.queries().length]);
        }
    }

    private List<Candidate> build(List<Contender> contenders) {
        List<Candidate> candidates = new ArrayList<>();
        contenders.forEach(contender -> candidates.add(new Candidate(contender)));
        for (int repeat = 0; repeat < settings.buildRepeats(); repeat++) {
            for (Candidate candidate : candidates) {
                progress.begin("build " + candidate.name(), vectors.base().length);
                candidate.build();
            }
        }
        return candidates;
    }

    private void search(List<Candidate> candidates, ExactNeighbors exact) {
        progress.begin("search", settings.efs().size());
        try (SearchRound round =
                new SearchRound(vectors.queries(), settings.searchThreads(), settings.roundMs() * 1_000_000L)) {
            for (int done = 0; done < settings.efs().size(); done++) {
                int ef = settings.efs().get(done);
                candidates.forEach(candidate -> candidate.recall(ef, exact));
                for (int i = 0; i < settings.rounds(); i++) {
                    candidates.forEach(candidate -> candidate.time(ef, round));
                }
                candidates.forEach(candidate -> candidate.endEf(ef));
                progress.stepTo(done + 1);
            }
        }
    }

    /** One index and what is known of it so far. */
    private final class Candidate {
        private final Contender contender;
        private final List<Double> buildSeconds = new ArrayList<>();
        private final List<Double> qps = new ArrayList<>();
        private final List<SearchCurve.Point> points = new ArrayList<>();
        private @Nullable BuiltIndex index;
        private long bytes;
        private double recall;
        private long searches;
        private double visitedBefore;
        private long searchesBefore;

        Candidate(Contender contender) {
            this.contender = contender;
        }

        String name() {
            return contender.name();
        }

        void build() {
            index = null;
            long before = HeapUse.bytes();
            long began = System.nanoTime();
            BuiltIndex built = contender.build(vectors.base(), settings.buildThreads(), progress::stepTo);
            buildSeconds.add((System.nanoTime() - began) / 1e9);
            bytes = HeapUse.bytes() - before + (built.keepsArrays() ? HeapUse.bytesOf(vectors.base()) : 0);
            index = built;
        }

        private BuiltIndex index() {
            return requireNonNull(index, "not built yet");
        }

        /** Asks each query once, not timed; it also makes this {@code ef} warm. */
        void recall(int ef, ExactNeighbors exact) {
            Contender.Searcher searcher = index().searcher(settings.k(), ef);
            float[][] queries = vectors.queries();
            long hits = 0;
            for (int query = 0; query < queries.length; query++) {
                hits += exact.hits(query, searcher.search(queries[query]));
            }
            searches += queries.length;
            recall = hits / ((double) queries.length * settings.k());
        }

        void time(int ef, SearchRound round) {
            SearchRound.Result result = round.run(index().searcher(settings.k(), ef));
            searches += result.searches();
            qps.add(result.qps());
        }

        void endEf(int ef) {
            points.add(new SearchCurve.Point(ef, recall, Median.of(qps), visited()));
            qps.clear();
        }

        /** The engine tells the average of all searches so far, from which that of the newest follows. */
        private @Nullable Double visited() {
            OptionalDouble average = index().visitedPerSearch();
            if (average.isEmpty()) {
                return null;
            }
            double all = average.getAsDouble() * searches;
            double visited = (all - visitedBefore) / (searches - searchesBefore);
            visitedBefore = all;
            searchesBefore = searches;
            return visited;
        }

        Measured measured() {
            int count = vectors.base().length;
            double seconds = Median.of(buildSeconds);
            long told = index().bytesTold();
            return new Measured(
                    seconds,
                    count / seconds,
                    bytes / (double) count,
                    told > 0 ? (Double) (told / (double) count) : null,
                    told > 0 ? (Double) (index().bytesWalked() / (double) count) : null,
                    new SearchCurve(points));
        }
    }
}
