package dev.freshet.cluster;

import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.RowView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is answered, one record per {@link Operation} that has no fitting one elsewhere. See {@link WireFormat}. */
final class Replies {
    private Replies() {}

    record SearchReply(List<PartitionAnswer> partitions) {
        SearchReply {
            partitions = List.copyOf(partitions);
        }
    }

    /** @param row null: the index has no such row */
    record RowReply(@Nullable RowView row) {}

    record StatisticsReply(List<PartitionStatistics> partitions) {
        StatisticsReply {
            partitions = List.copyOf(partitions);
        }
    }

    record StaleReply(Map<Integer, List<IndexFreshness>> partitions) {
        StaleReply {
            partitions = Map.copyOf(partitions);
        }
    }

    record LineageReply(Map<Integer, PartitionLineage> partitions) {
        LineageReply {
            partitions = Map.copyOf(partitions);
        }
    }
}
