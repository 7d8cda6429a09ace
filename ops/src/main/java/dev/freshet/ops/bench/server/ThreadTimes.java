package dev.freshet.ops.bench.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How much CPU time a server has used since it was started, by what it was used for.
 *
 * <p>From {@code jcmd PID Thread.print}, which tells it for every thread of a JVM, its compiler's and collector's included; what the process has used beyond that
 * was used by native threads and by threads that have ended ({@value #OTHER}).
 *
 * @param seconds by group, in the order of {@link #GROUPS}
 */
public record ThreadTimes(Map<String, Double> seconds) {
    /** The threads that run the model. */
    public static final String MODEL = "model";

    /** The process that the server started, its Kafka broker, without its compiler and collector. */
    public static final String BROKER = "broker";

    public static final String OTHER = "other";

    private static final int JCMD_SECONDS_MAX = 30;

    /** What a thread's name has in it, and what the thread is for; the first that fits counts. */
    private record Group(String part, String name) {}

    private static final List<Group> GROUPS = List.of(
            new Group("embed-", MODEL),
            new Group("freshet-chunker", "chunker"),
            new Group("freshet-refresh", "refresh"),
            new Group("freshet-search", "search"),
            new Group("freshet-catalog", "catalog"),
            new Group("C1 CompilerThread", "compiler"),
            new Group("C2 CompilerThread", "compiler"),
            new Group("GC Thread", "collector"),
            new Group("G1 ", "collector"),
            new Group("freshet-http", "http"));

    private static final Pattern THREAD = Pattern.compile("^\"(.*)\" .*?\\bcpu=([0-9.]+)(ms|s) ");

    public ThreadTimes {
        seconds = Map.copyOf(seconds);
    }

    /** As of now; empty where this JVM has no {@code jcmd} beside it. */
    public static Optional<ThreadTimes> of(ServerProcess server) throws IOException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        List<ProcessHandle> processes = server.processes();
        if (!Files.isExecutable(jcmd) || processes.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Double> seconds = new HashMap<>();
        for (int i = 0; i < processes.size(); i++) {
            ProcessHandle jvm = processes.get(i);
            String rest = i == 0 ? OTHER : BROKER;
            Map<String, Double> ofThreads = parse(threads(jcmd, jvm.pid()), rest);
            double sum =
                    ofThreads.values().stream().mapToDouble(Double::doubleValue).sum();
            ofThreads.merge(rest, Math.max(0, used(jvm) - sum), Double::sum);
            ofThreads.forEach((group, used) -> seconds.merge(group, used, Double::sum));
        }
        return Optional.of(new ThreadTimes(seconds));
    }

    /** What was used between two moments; empty if that is not known of both. */
    public static Optional<ThreadTimes> between(Optional<ThreadTimes> begin, Optional<ThreadTimes> end) {
        return begin.flatMap(earlier -> end.map(later -> later.since(earlier)));
    }

    private ThreadTimes since(ThreadTimes earlier) {
        Map<String, Double> difference = new HashMap<>();
        seconds.forEach((group, used) -> difference.put(group, Math.max(0, used - earlier.of(group))));
        return new ThreadTimes(difference);
    }

    /** 0 for a group that is not there. */
    public double of(String group) {
        return seconds.getOrDefault(group, 0.0);
    }

    public double total() {
        return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /**
     * Adds up what {@code Thread.print} tells.
     *
     * @param other the group of threads that no other fits
     */
    static Map<String, Double> parse(String threads, String other) {
        Map<String, Double> seconds = new HashMap<>();
        threads.lines().forEach(line -> {
            Matcher thread = THREAD.matcher(line);
            if (thread.find()) {
                double used =
                        Double.parseDouble(thread.group(2)) / (thread.group(3).equals("ms") ? 1_000 : 1);
                seconds.merge(group(thread.group(1), other), used, Double::sum);
            }
        });
        return seconds;
    }

    private static String group(String thread, String other) {
        return GROUPS.stream()
                .filter(group -> thread.contains(group.part()))
                .map(Group::name)
                .findFirst()
                .orElse(other);
    }

    private static double used(ProcessHandle process) {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    private static String threads(Path jcmd, long pid) throws IOException {
        Process process = new ProcessBuilder(jcmd.toString(), String.valueOf(pid), "Thread.print")
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (process.waitFor(JCMD_SECONDS_MAX, TimeUnit.SECONDS) && process.exitValue() == 0) {
                return output;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server's threads were listed", e);
        } finally {
            process.destroyForcibly();
        }
        throw new IOException("the server's threads could not be listed: "
                + output.lines().reduce((first, last) -> last).orElse("jcmd said nothing"));
    }
}
