package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.search.IndexStatistics.PartitionStatistics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The other processes: who holds what, and how they are asked. */
public record Cluster(PartitionDirectory directory, RemotePartitions remote) {
    public Cluster {
        requireNonNull(directory, "directory is null");
        requireNonNull(remote, "remote is null");
    }

    /** There is nobody else. */
    public static Cluster alone() {
        return new Cluster(new Nobody(), new Nowhere());
    }

    private static final class Nobody implements PartitionDirectory {
        @Override
        public Owners owners(int partition) {
            return Owners.NOBODY;
        }

        @Override
        public @Nullable Node self() {
            return null;
        }
    }

    private static final class Nowhere implements RemotePartitions {
        @Override
        public CompletableFuture<List<PartitionAnswer>> search(
                Node node, Map<Integer, Long> partitions, VectorQuery query, Duration timeout) {
            return refused(node);
        }

        @Override
        public CompletableFuture<Optional<RowView>> row(
                Node node, long indexId, String rowKey, int partition, boolean includeVectors, Duration timeout) {
            return refused(node);
        }

        @Override
        public CompletableFuture<RowPage> page(Node node, PageQuery query, Duration timeout) {
            return refused(node);
        }

        @Override
        public CompletableFuture<List<PartitionStatistics>> statistics(Node node, long indexId, Duration timeout) {
            return refused(node);
        }

        @Override
        public CompletableFuture<AwaitResult> await(
                Node node, long indexId, Collection<RowPosition> positions, Duration timeout) {
            return refused(node);
        }

        private static <T> CompletableFuture<T> refused(Node node) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("this process is alone, there is no " + node));
        }
    }
}
