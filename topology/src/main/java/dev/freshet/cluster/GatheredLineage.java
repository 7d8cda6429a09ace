package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.cluster.Calls.LineageCall;
import dev.freshet.cluster.Replies.LineageReply;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.LineageView;
import dev.freshet.search.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Where rows came from in all partitions that this process or another that it knows tells of. Thread-safe; asks the others at the same time, for two seconds at most, and blocks its caller
 * meanwhile. Whoever does not answer is left out, and so are its partitions.
 */
public final class GatheredLineage implements LineageView {
    private final LineageView local;
    private final IntSupplier partitions;
    private final Everybody others;

    /**
     * @param local what this process knows itself
     * @param partitions of the rows topic
     * @param others the other processes
     * @param client stays the giver's to close
     */
    public GatheredLineage(LineageView local, IntSupplier partitions, Supplier<Set<Node>> others, NodeClient client) {
        this.local = requireNonNull(local, "local is null");
        this.partitions = requireNonNull(partitions, "partitions is null");
        this.others = new Everybody(others, client);
    }

    @Override
    public LineageReport of(long datasetId) {
        LineageReport here = local.of(datasetId);
        if (here.byPartition().size() >= partitions.getAsInt()) {
            return here;
        }
        List<LineageReport> told = new ArrayList<>();
        told.add(here);
        told.addAll(others.ask(
                Operation.LINEAGE,
                WireFormat.write(new LineageCall(datasetId)),
                body -> new LineageReport(
                        WireFormat.read(body, LineageReply.class).partitions())));
        return LineageReport.together(told);
    }
}
