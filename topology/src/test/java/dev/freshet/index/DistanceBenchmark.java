package dev.freshet.index;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Nanoseconds per distance: one query against {@value #ROWS} vectors of a page, which fit into the second-level cache, as the JIT compiler sees it in a graph
 * search. docs/benchmarks.md has the command.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector"})
public class DistanceBenchmark {
    private static final int ROWS = 64;
    private static final long SEED = 42;

    /** In separate JVMs, as a server has only one of them: the choice is a constant there. */
    @Param({"auto", "scalar"})
    public String arithmetic = "auto";

    @Param({"128", "384", "768", "1536"})
    public int dimensions;

    private float[] query = new float[0];
    private float[] page = new float[0];
    private final int[] nodes = new int[ROWS];
    private final float[] distances = new float[ROWS];
    private GraphVectors.@Nullable Probe probe;

    @Setup
    public void fill() {
        if (!System.getProperty(VectorKernels.PROPERTY, "auto").equals(arithmetic)) {
            throw new IllegalStateException("start it by its main method, which forks one JVM for each arithmetic");
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        query = random(random, dimensions);
        page = random(random, ROWS * dimensions);
        GraphVectors coded = GraphVectors.create(
                new VectorIndexParameters(dimensions, DistanceFunction.DOT, 16, 100, Quantization.INT8),
                VectorPlace.MEMORY);
        coded.ensure(ROWS);
        for (int row = 0; row < ROWS; row++) {
            nodes[row] = row;
            coded.set(row, Arrays.copyOfRange(page, row * dimensions, (row + 1) * dimensions));
        }
        probe = coded.probe();
        probe.aim(query, 0);
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float dot() {
        float sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += DistanceFunction.DOT.between(query, 0, page, row * dimensions, dimensions);
        }
        return sum;
    }

    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float euclidean() {
        float sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += DistanceFunction.EUCLIDEAN.between(query, 0, page, row * dimensions, dimensions);
        }
        return sum;
    }

    /** As a walk over {@code int8} does. */
    @Benchmark
    @OperationsPerInvocation(ROWS)
    public float[] codes() {
        requireNonNull(probe).distances(nodes, ROWS, Float.POSITIVE_INFINITY, distances);
        return distances;
    }

    private static float[] random(RandomGenerator random, int length) {
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Takes JMH's own options, for example {@code -f 1 -wi 2 -i 3}. */
    public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
        for (String arithmetic : new String[] {"auto", "scalar"}) {
            Options options = new OptionsBuilder()
                    .parent(new CommandLineOptions(arguments))
                    .include(DistanceBenchmark.class.getName())
                    .param("arithmetic", arithmetic)
                    .jvmArgsPrepend("-D" + VectorKernels.PROPERTY + "=" + arithmetic)
                    .build();
            new Runner(options).run();
        }
    }
}
