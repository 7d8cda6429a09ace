package dev.freshet.index;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Which kernel is chosen, in JVMs that are started in different ways. */
class VectorKernelsTest {
    private static final String[] WITH_MODULE = {"--add-modules", "jdk.incubator.vector"};

    @Test
    void vectorInstructionsRunInTheJvmsOfTheTests() {
        assertThat(ModuleLayer.boot().findModule("jdk.incubator.vector"))
                .as("surefire starts its JVM with the module")
                .isPresent();
        assumeThat(System.getProperty("os.arch")).isIn("amd64", "aarch64");
        assertThat(VectorKernels.name()).matches("simd-(128|256|512|1024|2048)");
    }

    @Test
    void plainJavaRunsWithoutTheModule() throws Exception {
        assertThat(run()).isEqualTo("""
                        scalar: the JVM was started without --add-modules jdk.incubator.vector
                        -11.0 5.0 -0.96
                        """);
    }

    @Test
    void plainJavaRunsWhenItIsAskedFor() throws Exception {
        assertThat(run(WITH_MODULE[0], WITH_MODULE[1], "-Dfreshet.distance=scalar"))
                .startsWith("scalar: freshet.distance asks for it\n-11.0 5.0 -0.96\n");
    }

    @Test
    void plainJavaRunsWithoutTheOptimizingCompiler() throws Exception {
        assertThat(run(WITH_MODULE[0], WITH_MODULE[1], "-XX:TieredStopAtLevel=1"))
                .startsWith("scalar: the JVM runs without its optimizing compiler\n");
        assertThat(run(WITH_MODULE[0], WITH_MODULE[1], "-Xint"))
                .startsWith("scalar: the JVM runs without its optimizing compiler\n");
    }

    @Test
    void anUnknownChoiceIsRefused() throws Exception {
        assertThat(run("-Dfreshet.distance=fast"))
                .contains("the system property freshet.distance is 'fast', must be auto or scalar");
    }

    /** What {@link Report} prints, on either stream, in a JVM that is started with these options. */
    private static String run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Report.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        // An option for all JVMs of a user would be reported on standard error.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().remove("JDK_JAVA_OPTIONS");
        Process process = builder.start();
        try {
            String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("the JVM ends").isTrue();
            return printed.replaceAll("(?m)^WARNING: Using incubator modules.*\\R", "");
        } finally {
            process.destroyForcibly();
        }
    }

    /** Prints which kernel runs, and the three distances of two vectors. */
    static final class Report {
        private Report() {}

        public static void main(String[] arguments) {
            float[] a = {1, 2};
            float[] b = {5, 3};
            System.out.println(VectorKernels.name() + ": " + VectorKernels.reason());
            float cosine = DistanceFunction.COSINE.between(new float[] {1.4f, 0.7f}, new float[] {0.4f, 2});
            System.out.println(DistanceFunction.DOT.between(a, b)
                    + " " + DistanceFunction.EUCLIDEAN.between(a, new float[] {4, 6})
                    + " " + Math.round(cosine * 1e4) / 1e4);
        }
    }
}
