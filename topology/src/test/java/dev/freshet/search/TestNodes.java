package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Several processes in one: each with its stores, its search service, and a way in that the others call. The vectors topic is a list per partition. A test writes, assigns partitions and lets
 * processes misbehave, all on one thread; searches may come from any.
 */
final class TestNodes implements AutoCloseable {
    final List<Member> members = new ArrayList<>();
    final List<Log> logs = new ArrayList<>();
    /** Calls that nobody answers; they are cancelled when nobody wants their answers any more. */
    final List<CompletableFuture<?>> hanging = new CopyOnWriteArrayList<>();

    private final TestCatalog catalog;
    private final Path directory;
    private final ExecutorService calls = Executors.newCachedThreadPool();
    private final Map<Integer, PartitionDirectory.Owners> owners = new ConcurrentHashMap<>();

    TestNodes(TestCatalog catalog, Path directory, int nodes, int partitions) {
        this.catalog = catalog;
        this.directory = directory;
        for (int partition = 0; partition < partitions; partition++) {
            logs.add(new Log(partition));
        }
        for (int node = 0; node < nodes; node++) {
            members.add(new Member(new Node("node-" + node, 3110)));
        }
    }

    /** What a process does with calls from others. */
    enum Behaviour {
        WELL,
        SLOW,
        HANGING,
        REFUSING
    }

    /** One partition of the vectors topic. */
    final class Log {
        final int partition;
        final List<KeyValue<String, Optional<RowImage>>> records = new ArrayList<>();

        Log(int partition) {
            this.partition = partition;
        }

        /** What the first records look like to one who begins to read them now: those with a newer one of the same key are gone. */
        private List<KeyValue<String, Optional<RowImage>>> read(int from, int to, int compacted) {
            Set<String> newer = new HashSet<>();
            List<KeyValue<String, Optional<RowImage>>> read = new ArrayList<>();
            for (int i = Math.max(to, compacted) - 1; i >= from; i--) {
                KeyValue<String, Optional<RowImage>> change = records.get(i);
                boolean gone = i < compacted && !newer.add(change.key);
                if (i < to && !gone) {
                    read.add(0, change);
                }
            }
            return read;
        }

        /** A change and the watermark that covers it; the active store, if there is one, has both at once. */
        void write(long index, String rowKey, Optional<RowImage> image, long offset) {
            append(new KeyValue<>(VectorKeys.row(index, rowKey), image));
            append(new KeyValue<>(
                    VectorKeys.watermark(index, partition),
                    Optional.of(Images.watermark(index, RowVersion.of(1, offset), Long.MIN_VALUE))));
        }

        private void append(KeyValue<String, Optional<RowImage>> change) {
            records.add(change);
            members.forEach(member -> {
                OpenStore store = member.open.get(partition);
                if (store != null && member.stores.partition(partition) == store.store) {
                    store.process(change);
                }
            });
        }
    }

    /** One process. */
    final class Member implements PartitionDirectory {
        final Node node;
        final LocalVectorStores stores;
        final StorePartitions local;
        final GatheringSearchService service;
        final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        volatile Behaviour behaviour = Behaviour.WELL;
        private final Map<Integer, OpenStore> open = new HashMap<>();
        /** Up to where each partition's log was compacted when this process began to read it. */
        private final Map<Integer, Integer> compacted = new HashMap<>();
        /** Calls that were answered. */
        final AtomicInteger answered = new AtomicInteger();

        Member(Node node) {
            this.node = node;
            this.stores = new LocalVectorStores(
                    OpenStore.TOPIC, catalog, Images::deserializer, metrics, new ManualLoaders(true));
            this.local = new StorePartitions(stores, catalog, 2);
            this.service = new GatheringSearchService(
                    local,
                    cluster(),
                    catalog,
                    model -> {
                        throw new AssertionError("no text is searched for");
                    },
                    logs::size,
                    partition -> OptionalLong.empty(),
                    () -> true,
                    metrics);
        }

        /** The others, as this one reaches them. */
        Cluster cluster() {
            return new Cluster(this, new Calls());
        }

        @Override
        public Owners owners(int partition) {
            return owners.getOrDefault(partition, Owners.NOBODY);
        }

        @Override
        public Node self() {
            return node;
        }

        /** Keeps a copy of the partition; it knows nothing yet. */
        void standby(int partition) throws IOException {
            OpenStore store = new OpenStore(
                    stores, Files.createTempDirectory(directory, "task").toFile(), partition);
            open.put(partition, store);
            compacted.put(partition, logs.get(partition).records.size());
            store.tick(stores);
            int restoring = store.store.standbyBegan(store.offset()).orElseThrow();
            store.store.standbyTarget(restoring, logs.get(partition).records.size() - 1);
        }

        /** Restores some more of what was written. */
        void follow(int partition, int records) {
            OpenStore store = store(partition);
            Log log = logs.get(partition);
            int from = Math.toIntExact(store.offset());
            int more = Math.min(log.records.size() - from, records);
            if (more > 0) {
                store.follow(log.read(from, from + more, compacted.getOrDefault(partition, 0)), from + more);
            }
        }

        /** Takes the partition over: restores what is left, and answers. */
        void activate(int partition) throws Exception {
            if (!open.containsKey(partition)) {
                standby(partition);
            }
            follow(partition, Integer.MAX_VALUE);
            store(partition).commit();
            store(partition).open();
        }

        /** Goes on as a standby. */
        void deactivate(int partition) throws Exception {
            OpenStore store = store(partition);
            store.commit();
            store.store.deactivate();
            store.store.standbyBegan(store.offset());
        }

        void drop(int partition) {
            OpenStore store = open.remove(partition);
            if (store != null) {
                store.close();
            }
        }

        boolean holds(int partition) {
            return open.containsKey(partition);
        }

        private OpenStore store(int partition) {
            return requireNonNull(open.get(partition), "the partition is not here");
        }
    }

    /** What every process hears of who holds a partition. */
    void announce(int partition, @Nullable Member active, List<Member> standbys) {
        owners.put(
                partition,
                new PartitionDirectory.Owners(
                        active == null ? null : active.node,
                        standbys.stream().map(member -> member.node).toList()));
    }

    private Member member(Node node) {
        return members.stream()
                .filter(member -> member.node.equals(node))
                .findFirst()
                .orElseThrow();
    }

    private <T> CompletableFuture<T> call(Node node, Callable<T> answer) {
        Behaviour behaviour = member(node).behaviour;
        CompletableFuture<T> called = new CompletableFuture<>();
        switch (behaviour) {
            case REFUSING -> called.completeExceptionally(new ConnectException("nobody listens"));
            case HANGING -> hanging.add(called);
            case WELL, SLOW ->
                calls.execute(() -> {
                    try {
                        if (behaviour == Behaviour.SLOW) {
                            TimeUnit.MILLISECONDS.sleep(150);
                        }
                        called.complete(answer.call());
                        member(node).answered.incrementAndGet();
                    } catch (Exception e) {
                        called.completeExceptionally(e);
                    }
                });
        }
        return called;
    }

    private final class Calls implements RemotePartitions {
        @Override
        public CompletableFuture<List<PartitionAnswer>> search(
                Node node, Map<Integer, Long> partitions, VectorQuery query, Duration timeout) {
            return call(node, () -> member(node).local.search(partitions, query, timeout));
        }

        @Override
        public CompletableFuture<RowPage> page(Node node, PageQuery query, Duration timeout) {
            return call(node, () -> member(node).local.page(query));
        }

        @Override
        public CompletableFuture<Optional<RowView>> row(
                Node node, long indexId, String rowKey, int partition, boolean includeVectors, Duration timeout) {
            return call(node, () -> member(node).local.row(indexId, rowKey, partition, includeVectors));
        }

        @Override
        public CompletableFuture<List<PartitionStatistics>> statistics(Node node, long indexId, Duration timeout) {
            return call(node, () -> member(node).local.statistics(indexId));
        }

        @Override
        public CompletableFuture<AwaitResult> await(
                Node node, long indexId, Collection<RowPosition> positions, Duration timeout) {
            return call(node, () -> member(node).local.await(indexId, positions, timeout));
        }
    }

    @Override
    public void close() {
        calls.shutdownNow();
        for (Member member : members) {
            member.service.close();
            List.copyOf(member.open.keySet()).forEach(member::drop);
            member.stores.close();
        }
    }
}
