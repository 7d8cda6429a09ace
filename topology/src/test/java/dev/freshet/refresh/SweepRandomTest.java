package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.row.RowChangeJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/**
 * A table and the source that follows it, which is killed at any time and takes a new snapshot then, against what the index holds. Transactions are open while snapshots are taken, and bear lower numbers
 * than the snapshot when they are told after it. To the one partition that is looked at, sweeps come too soon, or long after the rows that follow them.
 */
class SweepRandomTest {
    private static final int ROUNDS = 25;
    private static final int KEYS = 40;
    private static final String STREAM = "shop/public.docs";

    private final RandomGenerator random = TestRandom.create(SweepRandomTest.class);
    private final Database database = new Database();
    /** What the source has sent and the partition has not got yet. */
    private final List<RowChange> late = new ArrayList<>();

    @Test
    void shouldHoldWhatTheTableHolds() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.reviveOften(random, 50);
            for (int round = 0; round < ROUNDS; round++) {
                follow(harness);
                database.work(random.nextInt(30));
            }
            Source last = new Source();
            last.snapshot().forEach(change -> write(harness, change));
            late.forEach(change -> write(harness, change));
            database.commitAll();
            last.stream().forEach(change -> write(harness, change));
            harness.settle();

            Map<String, String> held = new TreeMap<>();
            harness.images.keySet().forEach(key -> {
                String row = key.substring(key.indexOf('/') + 1);
                held.put(row, harness.texts(DOCS_INDEX, row));
            });
            assertThat(harness.images.keySet()).allMatch(key -> key.equals(VectorKeys.row(DOCS_INDEX, row(key))));
            assertThat(held).isEqualTo(database.committed);
            assertThat(harness.count("freshet.rows.swept")).isPositive();
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    private static String row(String key) {
        return key.substring(key.indexOf('/') + 1);
    }

    /** A life of the source: a snapshot, perhaps the stream, and a kill somewhere. Where it got far enough, the index is looked at. */
    private void follow(RefreshHarness harness) {
        Source source = new Source();
        List<RowChange> sent = source.snapshot();
        int seen = sent.size();
        database.work(random.nextInt(30));
        List<RowChange> streamed = source.stream();
        sent.addAll(streamed);
        boolean killed = random.nextInt(3) > 0;
        int until = killed ? random.nextInt(sent.size() + 1) : sent.size();
        boolean lags = random.nextInt(3) == 0;
        for (RowChange change : reordered(sent.subList(0, until), Math.min(seen, until), lags)) {
            write(harness, change);
            if (random.nextInt(40) == 0) {
                harness.run();
            }
            if (!late.isEmpty() && random.nextInt(60) == 0) {
                write(harness, late.remove(0));
            }
        }
        if (!killed && late.isEmpty()) {
            harness.settle();
            assertThat(harness.images.keySet().stream().map(SweepRandomTest::row))
                    .containsExactlyInAnyOrderElementsOf(source.told.keySet());
        }
    }

    /** As a partition gets it: the sweep comes by another one, so before some of the rows that were sent before it, or after any that were sent after it. */
    private List<RowChange> reordered(List<RowChange> sent, int scanned, boolean lags) {
        List<RowChange> arriving = new ArrayList<>(sent);
        if (scanned == 0 || sent.get(scanned - 1).getOp() != Op.SWEEP) {
            return arriving;
        }
        RowChange sweep = arriving.remove(scanned - 1);
        if (lags && random.nextBoolean()) {
            late.add(sweep);
        } else if (lags) {
            arriving.add(scanned - 1 + random.nextInt(arriving.size() - scanned + 2), sweep);
        } else {
            arriving.add(Math.max(0, scanned - 1 - random.nextInt(4)), sweep);
        }
        return arriving;
    }

    private static void write(RefreshHarness harness, RowChange change) {
        Headers headers = new RecordHeaders();
        if (change.getOp() == Op.SWEEP) {
            headers.add(RowProcessor.SPREAD_HEADER, new byte[0]);
        }
        byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
        harness.write(key, RowChangeJson.write(change), headers);
    }

    private static RowChange told(Op op, String key, Map<String, String> columns, long follows) {
        RowChange change = change("docs", key, op, columns);
        change.setPlace(new StreamPlace(STREAM, follows));
        return change;
    }

    private static RowChange told(String key, String body, long follows) {
        return told(Op.UPSERT, key, Map.of("id", key, "title", "", "body", body), follows);
    }

    /** What a worker's source tells from its start on: the snapshot, with its place, then the transactions that were committed after it, each behind the commit of the one before. */
    private final class Source {
        private final long place = ++database.position;
        private final Map<String, String> seen = new TreeMap<>(database.committed);
        private final int from = database.log.size();
        /** What the table holds as far as it was told. */
        private final Map<String, String> told = new TreeMap<>(database.committed);

        List<RowChange> snapshot() {
            List<RowChange> rows = new ArrayList<>();
            seen.forEach((key, body) -> rows.add(told(key, body, place)));
            rows.add(told(Op.SWEEP, "", Map.of(), place));
            return rows;
        }

        List<RowChange> stream() {
            List<RowChange> changes = new ArrayList<>();
            long follows = place;
            for (Transaction transaction : database.log.subList(from, database.log.size())) {
                for (Map.Entry<String, String> write : transaction.writes.entrySet()) {
                    String key = write.getKey();
                    boolean deletes = write.getValue().isEmpty();
                    changes.add(
                            deletes ? told(Op.DELETE, key, Map.of(), follows) : told(key, write.getValue(), follows));
                    Database.apply(told, key, write.getValue());
                }
                follows = Math.max(follows, transaction.end);
            }
            return changes;
        }
    }

    /** A transaction. An empty text deletes. */
    private static final class Transaction {
        private final Map<String, String> writes = new HashMap<>();
        private long end;
    }

    /** One table whose rows are locked by whoever writes them, with transactions that stay open for long. */
    private final class Database {
        private final Map<String, String> committed = new TreeMap<>();
        private final List<Transaction> open = new ArrayList<>();
        private final List<Transaction> log = new ArrayList<>();
        private long position;
        private int texts;

        void work(int steps) {
            for (int i = 0; i < steps; i++) {
                int kind = random.nextInt(10);
                if (open.isEmpty() || kind == 0) {
                    open.add(new Transaction());
                } else if (kind < 8) {
                    edit(open.get(random.nextInt(open.size())));
                } else {
                    commit(random.nextInt(open.size()));
                }
            }
        }

        void commitAll() {
            while (!open.isEmpty()) {
                commit(0);
            }
        }

        private void edit(Transaction transaction) {
            String key = "k" + random.nextInt(KEYS);
            boolean locked = open.stream().anyMatch(other -> other != transaction && other.writes.containsKey(key));
            if (!locked) {
                position++;
                texts++;
                transaction.writes.put(key, random.nextInt(3) == 0 ? "" : "Text " + texts + ".");
            }
        }

        private void commit(int which) {
            Transaction transaction = open.remove(which);
            transaction.end = ++position;
            log.add(transaction);
            transaction.writes.forEach((key, body) -> apply(committed, key, body));
        }

        static void apply(Map<String, String> table, String key, String body) {
            if (body.isEmpty()) {
                table.remove(key);
            } else {
                table.put(key, body);
            }
        }
    }
}
