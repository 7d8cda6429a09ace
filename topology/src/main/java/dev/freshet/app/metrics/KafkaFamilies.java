package dev.freshet.app.metrics;

import java.util.List;

/** The metrics of Kafka that help to run Freshet: of some thousands, those that say whether it keeps up, why not, and what it costs. */
final class KafkaFamilies {
    private static final String STREAM = "stream-metrics";
    private static final String THREAD = "stream-thread-metrics";
    private static final String TASK = "stream-task-metrics";
    private static final String UPDATER = "stream-state-updater-metrics";
    private static final String STATE = "stream-state-metrics";
    private static final String FETCH = "consumer-fetch-manager-metrics";
    private static final String COORDINATOR = "consumer-coordinator-metrics";
    private static final String PRODUCER = "producer-metrics";
    private static final String CLIENT_ID = "client-id";
    private static final String THREAD_ID = "thread-id";
    private static final String TASK_ID = "task-id";
    private static final String STORE_ID = "rocksdb-state-id";

    static final List<KafkaFamily> ALL = List.of(
            KafkaFamily.of(STREAM, "alive-stream-threads", CLIENT_ID),
            KafkaFamily.of(STREAM, "failed-stream-threads", CLIENT_ID),
            thread("process-rate"),
            thread("process-total"),
            thread("process-ratio"),
            thread("punctuate-ratio"),
            thread("commit-ratio"),
            thread("poll-ratio"),
            thread("commit-total"),
            thread("commit-latency-avg"),
            thread("commit-latency-max"),
            thread("task-created-total"),
            thread("task-closed-total"),
            thread("blocked-time-ns-total"),
            KafkaFamily.of(TASK, "dropped-records-total", THREAD_ID, TASK_ID),
            KafkaFamily.of(UPDATER, "active-restoring-tasks", THREAD_ID),
            KafkaFamily.of(UPDATER, "standby-updating-tasks", THREAD_ID),
            KafkaFamily.of(UPDATER, "restore-records-rate", THREAD_ID),
            store("estimate-num-keys"),
            store("total-sst-files-size"),
            store("cur-size-all-mem-tables"),
            store("background-errors"),
            KafkaFamily.of(FETCH, "records-consumed-total", CLIENT_ID),
            KafkaFamily.of(FETCH, "bytes-consumed-total", CLIENT_ID),
            KafkaFamily.of(FETCH, "fetch-latency-avg", CLIENT_ID),
            KafkaFamily.of(FETCH, "records-lag", CLIENT_ID, "topic", "partition"),
            coordinator("assigned-partitions"),
            coordinator("rebalance-total"),
            coordinator("failed-rebalance-total"),
            coordinator("last-rebalance-seconds-ago"),
            coordinator("last-heartbeat-seconds-ago"),
            producer("record-send-total"),
            producer("record-error-total"),
            producer("record-retry-total"),
            producer("outgoing-byte-total"),
            producer("request-latency-avg"),
            producer("request-latency-max"),
            producer("bufferpool-wait-time-ns-total"),
            producer("txn-commit-time-ns-total"));

    private KafkaFamilies() {}

    private static KafkaFamily thread(String metric) {
        return KafkaFamily.of(THREAD, metric, THREAD_ID);
    }

    private static KafkaFamily store(String metric) {
        return KafkaFamily.of(STATE, metric, THREAD_ID, TASK_ID, STORE_ID);
    }

    private static KafkaFamily coordinator(String metric) {
        return KafkaFamily.of(COORDINATOR, metric, CLIENT_ID);
    }

    private static KafkaFamily producer(String metric) {
        return KafkaFamily.of(PRODUCER, metric, CLIENT_ID);
    }
}
