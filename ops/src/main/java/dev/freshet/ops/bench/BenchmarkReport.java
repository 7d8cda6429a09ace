package dev.freshet.ops.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A benchmark's outcome, in the shape that all of them share.
 *
 * @param commit of the sources, {@code unknown} outside a repository
 * @param cpu its name and how many processors the JVM sees
 * @param seed of the random numbers; 0 if there were none
 */
public record BenchmarkReport(
        String name, String commit, String jvm, String cpu, long seed, Map<String, Object> parameters, Object figures) {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public BenchmarkReport {
        parameters = new LinkedHashMap<>(parameters);
    }

    /** A report of a run in this process. */
    public static BenchmarkReport of(String name, long seed, Map<String, Object> parameters, Object figures) {
        String jvm = System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version");
        return new BenchmarkReport(name, currentCommit(), jvm, thisCpu(), seed, parameters, figures);
    }

    /** Writes it as JSON. */
    public void write(Path file) throws IOException {
        write(file, this);
    }

    /** Writes several reports as a JSON array. */
    public static void writeAll(Path file, List<JsonNode> reports) throws IOException {
        write(file, reports);
    }

    private static void write(Path file, Object content) throws IOException {
        Path parent = file.toAbsolutePath().getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.writeString(file, MAPPER.writeValueAsString(content) + "\n");
    }

    private static String currentCommit() {
        String home = System.getProperty("freshet.home", ".");
        try {
            Process git = new ProcessBuilder("git", "-C", home, "rev-parse", "--short=12", "HEAD")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String commit = new String(git.getInputStream().readAllBytes(), UTF_8);
            return git.waitFor(5, TimeUnit.SECONDS) && git.exitValue() == 0 ? commit.strip() : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }

    private static String thisCpu() {
        String name = System.getProperty("os.arch", "unknown");
        try {
            name = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(name);
        } catch (IOException e) {
            // Not Linux: the architecture must do.
        }
        return name + " x " + Runtime.getRuntime().availableProcessors();
    }
}
