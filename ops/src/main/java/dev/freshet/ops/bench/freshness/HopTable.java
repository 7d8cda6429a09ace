package dev.freshet.ops.bench.freshness;

import dev.freshet.ops.bench.freshness.FreshnessFigures.Hop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Adds up the parts of rows' ways. Not thread-safe. */
final class HopTable {
    private final Map<String, List<Long>> nanos = new LinkedHashMap<>();
    private long rows;

    void add(VisibleRow visible, TracedHops.Hops hops) {
        SentRow row = visible.row();
        rows++;
        add("to be sent - sent", row.intended(), row.sent());
        add("sent - acknowledged", row.sent(), row.acknowledged());
        add("acknowledged - polled by refresh", row.acknowledged(), hops.refreshPolled());
        add("polled - embedded and forwarded", hops.refreshPolled(), hops.forwarded());
        add("forwarded - appended", hops.forwarded(), hops.appended());
        add("appended - polled by search", hops.appended(), hops.searchPolled());
        add("polled - searchable", hops.searchPolled(), visible.visible());
    }

    long rows() {
        return rows;
    }

    List<Hop> hops() {
        List<Hop> hops = new ArrayList<>();
        nanos.forEach((name, values) -> hops.add(hop(name, values)));
        return hops;
    }

    private void add(String name, long from, long until) {
        nanos.computeIfAbsent(name, key -> new ArrayList<>()).add(until - from);
    }

    private static Hop hop(String name, List<Long> values) {
        long[] sorted = values.stream().mapToLong(Long::longValue).sorted().toArray();
        return new Hop(name, Arrays.stream(sorted).average().orElse(0) / 1e6, at(sorted, 0.5), at(sorted, 0.99));
    }

    private static double at(long[] sorted, double share) {
        return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)] / 1e6;
    }
}
