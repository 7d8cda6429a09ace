package dev.freshet.ops.bench.http;

import dev.freshet.ops.bench.load.Latencies;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process of its own that searches over HTTP, see {@link HttpClientMain}: so that its garbage and its compiled code are not the server's. For one thread; {@link
 * #close}, from any thread, ends it.
 */
final class HttpClientProcess implements AutoCloseable {
    private static final long ENDS_WITHIN_S = 5;

    private final Process process;
    private final DataOutputStream out;
    private final DataInputStream in;

    /**
     * @param path to search at
     * @param bodies a file of {@link SearchBodies}
     */
    HttpClientProcess(URI server, String path, Path bodies) throws IOException {
        this.process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HttpClientMain.class.getName(),
                        server.toString(),
                        path,
                        bodies.toString()))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        this.out = new DataOutputStream(process.getOutputStream());
        this.in = new DataInputStream(new BufferedInputStream(process.getInputStream()));
    }

    /**
     * Searches over so many connections at a time, one search after the other on each.
     *
     * @param perSecond how many searches begin; 0: as many as go
     */
    Latencies run(int connections, Duration howLong, double perSecond) throws IOException {
        out.writeInt(connections);
        out.writeLong(howLong.toNanos());
        out.writeDouble(perSecond);
        out.flush();
        String problem = in.readUTF();
        if (!problem.isEmpty()) {
            throw new IOException("the client stopped: " + problem);
        }
        double seconds = in.readDouble();
        long[] nanos = new long[in.readInt()];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = in.readLong();
        }
        return new Latencies(nanos, seconds);
    }

    /** CPU time that it has used so far. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void close() throws IOException {
        out.close();
        try {
            if (!process.waitFor(ENDS_WITHIN_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
