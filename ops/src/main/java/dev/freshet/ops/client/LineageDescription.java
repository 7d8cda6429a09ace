package dev.freshet.ops.client;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the rows of a dataset come from, and what is made of them.
 *
 * @param origins the one with the most changes first
 * @param complete whether they account for every stored row
 * @param coverage the partitions that were told of
 */
public record LineageDescription(
        String dataset,
        List<OriginLine> origins,
        boolean complete,
        List<IndexLine> indexes,
        StaleReport.CoverageLine coverage) {
    public LineageDescription {
        origins = List.copyOf(origins);
        indexes = List.copyOf(indexes);
    }

    /**
     * One origin.
     *
     * @param rows that are stored and whose last change came from it; null while not every row is counted
     * @param changes that were taken from it
     * @param firstSeen when its first change, and {@code lastSeen} when its newest one, was written to the rows topic
     */
    public record OriginLine(
            String system,
            @Nullable String database,
            @Nullable String table,
            @Nullable Long rows,
            long changes,
            String firstSeen,
            String lastSeen,
            List<PositionLine> partitions) {
        public OriginLine {
            partitions = List.copyOf(partitions);
        }

        /** The table in a word or three. */
        public String name() {
            return Stream.of(system, database, table)
                    .flatMap(Stream::ofNullable)
                    .collect(Collectors.joining(" "));
        }

        /** The newest change of all partitions, of which the source said where it stood. */
        public Optional<PositionLine> newest() {
            return partitions.stream()
                    .filter(partition -> partition.position() != null)
                    .max(Comparator.comparing(OriginLine::time)
                            .thenComparing(partition -> Instant.parse(partition.lastSeen())));
        }

        /** One that is not known comes before all. */
        private static Instant time(PositionLine partition) {
            String time = partition.time();
            return time == null ? Instant.MIN : Instant.parse(time);
        }
    }

    /**
     * The newest change in one partition of the rows topic.
     *
     * @param position in the source's own words
     * @param time when the source made it
     */
    public record PositionLine(
            int partition,
            long changes,
            String lastSeen,
            @Nullable String position,
            @Nullable String time) {}

    /**
     * What an index makes of the rows.
     *
     * @param model null, as {@code chunkSize} and {@code overlap}, for one whose vectors callers bring
     * @param filled when the last job that filled it from the stored rows was done
     */
    public record IndexLine(
            String name,
            @Nullable ModelLine model,
            int dimensions,
            String distance,
            @Nullable Integer chunkSize,
            @Nullable Integer overlap,
            String created,
            @Nullable String filled) {}

    /** The model of an index. */
    public record ModelLine(String name, String version) {}
}
