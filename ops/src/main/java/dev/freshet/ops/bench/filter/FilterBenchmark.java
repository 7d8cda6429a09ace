package dev.freshet.ops.bench.filter;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.DistanceFunction;
import dev.freshet.ops.bench.Benchmark;
import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.index.BenchmarkVectors;
import dev.freshet.ops.bench.index.ExactNeighbors;
import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.ops.bench.server.DecimalVectors;
import dev.freshet.ops.bench.server.EmbeddedIndex;
import dev.freshet.search.Filter;
import dev.freshet.search.SearchHit;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a server in this process, fills an index whose rows have a number each, drawn without regard to their vectors, and searches for those with a small number: with a filter, and by filtering what
 * searches without one have found. One thread searches all partitions, without HTTP. For one thread; {@link #close}, from any thread, ends the server.
 */
public final class FilterBenchmark implements Benchmark<FilterFigures> {
    private static final String FIELD = "number";

    private final FilterLoad settings;
    private final BenchmarkProgress progress;
    private final EmbeddedIndex index;

    /** @param directory for the server's data, empty */
    public FilterBenchmark(FilterLoad settings, Path directory, BenchmarkProgress progress) {
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
        this.index = new EmbeddedIndex(directory.resolve("server"), Map.of(), progress);
    }

    /** A way to search, by the number of the query. */
    private interface Way {
        List<SearchHit> search(int query) throws IOException;
    }

    /** Runs it. A result that does not pass its filter is an {@link IOException}. */
    @Override
    public FilterFigures run() throws IOException {
        progress.begin("vectors", 1);
        BenchmarkVectors vectors = settings.vectors().load();
        DecimalVectors.round(vectors.base());
        int[] numbers = numbers();
        EmbeddedIndex.Filled filled = index.fill(
                settings.engine(),
                settings.m(),
                settings.efConstruction(),
                vectors.base(),
                position -> "{\"" + FIELD + "\":" + numbers[position] + "}");
        progress.begin("rounds", settings.selectivities().size());
        List<FilterFigures.Point> points = new ArrayList<>();
        for (double selectivity : settings.selectivities()) {
            points.add(measure(filled, vectors, numbers, selectivity));
            progress.stepTo(points.size());
        }
        return new FilterFigures(points);
    }

    @Override
    public void close() {
        index.close();
    }

    /** Each from 0 to before the number of vectors stands once. */
    private int[] numbers() {
        int[] numbers = IntStream.range(0, settings.vectors().vectors()).toArray();
        SplittableRandom random = new SplittableRandom(settings.vectors().seed());
        for (int i = numbers.length - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            int number = numbers[i];
            numbers[i] = numbers[other];
            numbers[other] = number;
        }
        return numbers;
    }

    private FilterFigures.Point measure(
            EmbeddedIndex.Filled filled, BenchmarkVectors vectors, int[] numbers, double selectivity)
            throws IOException {
        int rows = settings.rows(selectivity);
        int[] passing = IntStream.range(0, numbers.length)
                .filter(position -> numbers[position] < rows)
                .toArray();
        Map<String, Integer> slots = new HashMap<>();
        for (int slot = 0; slot < passing.length; slot++) {
            slots.put(DecimalVectors.id(passing[slot]), slot);
        }
        Integer given = settings.ef();
        int ef = given == null ? filled.width(settings.k()).most() : given;
        Filter filter = filter(String.valueOf(rows));
        PostFilter post = new PostFilter(
                filled,
                hit -> slots.containsKey(hit.row()),
                settings.k(),
                (int) Math.ceil(settings.k() / selectivity),
                numbers.length,
                ef);
        float[][] queries = vectors.queries();
        Way unfiltered = query -> filled.searches().nearest(query(filled, queries[query], ef, null));
        Way filtered = query -> filled.searches().nearest(query(filled, queries[query], ef, filter));
        AtomicInteger filters = new AtomicInteger();
        // Each lets the same rows through: numbers are whole.
        Way newlyFiltered = query -> filled.searches()
                .nearest(query(
                        filled,
                        queries[query],
                        ef,
                        filter(String.format(Locale.ROOT, "%d.%09d", rows - 1, filters.incrementAndGet()))));
        Way postFiltered = query -> post.search(queries[query]);
        ExactNeighbors nearest = ExactNeighbors.of(
                new BenchmarkVectors(
                                Arrays.stream(passing)
                                        .mapToObj(position -> vectors.base()[position])
                                        .toArray(float[][]::new),
                                queries)
                        .prepare(DistanceFunction.COSINE),
                DistanceFunction.COSINE,
                settings.k());
        List<List<Double>> perSecond = rounds(List.of(unfiltered, filtered, newlyFiltered, postFiltered));
        return new FilterFigures.Point(
                selectivity,
                rows,
                recall(filtered, nearest, slots),
                recall(postFiltered, nearest, slots),
                perSecond.get(0),
                perSecond.get(1),
                perSecond.get(2),
                perSecond.get(3));
    }

    private static Filter filter(String below) {
        return Filter.parse("{\"lt\": {\"" + FIELD + "\": " + below + "}}");
    }

    private VectorQuery query(EmbeddedIndex.Filled filled, float[] vector, int ef, @Nullable Filter filter) {
        return new VectorQuery(filled.id(), vector, settings.k(), ef, false, null, false, false, filter);
    }

    private double recall(Way way, ExactNeighbors nearest, Map<String, Integer> slots) throws IOException {
        long hits = 0;
        int queries = settings.vectors().queries();
        for (int query = 0; query < queries; query++) {
            List<SearchHit> found = way.search(query);
            int[] positions = new int[found.size()];
            for (int i = 0; i < positions.length; i++) {
                Integer slot = slots.get(found.get(i).row());
                if (slot == null) {
                    throw new IOException(
                            "query " + query + " found " + found.get(i).row() + ", which does not pass the filter");
                }
                positions[i] = slot;
            }
            hits += nearest.hits(query, positions);
        }
        return (double) hits / ((long) queries * settings.k());
    }

    /** Of each way, the searches per second of each round. */
    private List<List<Double>> rounds(List<Way> ways) throws IOException {
        List<List<Double>> perSecond =
                ways.stream().map(way -> (List<Double>) new ArrayList<Double>()).toList();
        if (!settings.warmUp().isZero()) {
            for (Way way : ways) {
                perSecond(way, settings.warmUp());
            }
        }
        for (int round = 0; round < settings.rounds(); round++) {
            for (int way = 0; way < ways.size(); way++) {
                perSecond.get(way).add(perSecond(ways.get(way), settings.measured()));
            }
        }
        return perSecond;
    }

    private double perSecond(Way way, Duration howLong) throws IOException {
        return new CallLoop(List.of(way::search), settings.vectors().queries())
                .run(howLong)
                .perSecond();
    }
}
