package dev.freshet.refresh;

import dev.freshet.refresh.LineageView.PartitionLineage;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/** Where the rows of one dataset came from, in each of some partitions. */
public record LineageReport(Map<Integer, PartitionLineage> byPartition) {
    public LineageReport {
        byPartition = Map.copyOf(byPartition);
    }

    /** All that these tell of. A partition that several tell of, since it is just being handed over, counts once: as the first of them has it. */
    public static LineageReport together(Collection<LineageReport> reports) {
        Map<Integer, PartitionLineage> together = new TreeMap<>();
        reports.forEach(report -> report.byPartition().forEach(together::putIfAbsent));
        return new LineageReport(together);
    }
}
