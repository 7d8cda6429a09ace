package dev.freshet.ops.bench.freshness;

import dev.freshet.schemas.key.VectorKeys;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What {@link HopTrace} noted of rows, by row key. Read once; not thread-safe. */
final class TracedHops {
    private static final int COLUMNS = 6;

    private final String rowsTopic;
    private final String rowsPrefix;
    private final String vectorsTopic;
    private final Map<String, Long> refreshPolled = new HashMap<>();
    private final Map<String, Long> forwarded = new HashMap<>();
    private final Map<String, Long> searchPolled = new HashMap<>();
    private final Map<String, String> places = new HashMap<>();
    private final Map<String, Long> appended = new HashMap<>();

    /**
     * The way of one row, in nanoseconds.
     *
     * @param refreshPolled the refresh application has the row
     * @param forwarded the row's image is given to the producer
     * @param appended the broker has the image
     * @param searchPolled the search application has the image
     */
    record Hops(long refreshPolled, long forwarded, long appended, long searchPolled) {}

    private TracedHops(String rowsTopic, String dataset, String vectorsTopic) {
        this.rowsTopic = rowsTopic;
        this.rowsPrefix = dataset + ":";
        this.vectorsTopic = vectorsTopic;
    }

    /** Reads all files of a directory. */
    static TracedHops read(Path directory, String rowsTopic, String dataset, String vectorsTopic) throws IOException {
        TracedHops traced = new TracedHops(rowsTopic, dataset, vectorsTopic);
        List<Path> files;
        try (Stream<Path> found = Files.list(directory)) {
            files = found.filter(file -> file.toString().endsWith(".trace")).toList();
        }
        for (Path file : files) {
            try (BufferedReader lines = Files.newBufferedReader(file)) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    traced.add(line.split("\t", COLUMNS), file + ": " + line);
                }
            }
        }
        return traced;
    }

    /** Of a row that passed all of them once. */
    Optional<Hops> of(String rowKey) {
        Long polled = refreshPolled.get(rowKey);
        Long sent = forwarded.get(rowKey);
        Long there = searchPolled.get(rowKey);
        Long written = appended.get(places.getOrDefault(rowKey, ""));
        return polled == null || sent == null || written == null || there == null
                ? Optional.empty()
                : Optional.of(new Hops(polled, sent, written, there));
    }

    private void add(String[] columns, String line) throws IOException {
        if (columns.length != COLUMNS) {
            throw new IOException("not a line of a trace: " + line);
        }
        String topic = columns[1];
        String place = columns[2] + "/" + columns[3];
        long nanos = Long.parseLong(columns[4]);
        String key = columns[5];
        if (topic.equals(rowsTopic) && columns[0].equals(HopTrace.POLLED) && key.startsWith(rowsPrefix)) {
            refreshPolled.putIfAbsent(key.substring(rowsPrefix.length()), nanos);
        } else if (topic.equals(vectorsTopic)) {
            addImage(columns[0], place, nanos, key);
        }
    }

    private void addImage(String kind, String place, long nanos, String key) {
        if (kind.equals(HopTrace.APPENDED)) {
            appended.put(place, nanos);
        } else if (!VectorKeys.isWatermark(key)) {
            String rowKey = VectorKeys.rowKey(key);
            if (kind.equals(HopTrace.SENT)) {
                forwarded.putIfAbsent(rowKey, nanos);
            } else if (searchPolled.putIfAbsent(rowKey, nanos) == null) {
                places.put(rowKey, place);
            }
        }
    }
}
