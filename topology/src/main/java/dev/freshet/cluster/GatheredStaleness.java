package dev.freshet.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.cluster.Replies.StaleReply;
import dev.freshet.refresh.StaleReport;
import dev.freshet.refresh.StaleView;
import dev.freshet.search.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * How fresh the indexes are in all partitions that this process or another that it knows tells of. Thread-safe; asks the others at the same time, for two seconds at most, and blocks its caller
 * meanwhile. Whoever does not answer is left out: the partitions then say so.
 */
public final class GatheredStaleness implements StaleView {
    private static final byte[] EVERYTHING = "{}".getBytes(UTF_8);

    private final Supplier<StaleReport> local;
    private final IntSupplier partitions;
    private final Everybody others;

    /**
     * @param local what this process knows itself
     * @param partitions of the rows topic
     * @param others the other processes
     * @param client stays the giver's to close
     */
    public GatheredStaleness(
            Supplier<StaleReport> local, IntSupplier partitions, Supplier<Set<Node>> others, NodeClient client) {
        this.local = requireNonNull(local, "local is null");
        this.partitions = requireNonNull(partitions, "partitions is null");
        this.others = new Everybody(others, client);
    }

    @Override
    public StaleReport now() {
        StaleReport here = local.get();
        if (here.byPartition().size() >= partitions.getAsInt()) {
            return here;
        }
        List<StaleReport> told = new ArrayList<>();
        told.add(here);
        told.addAll(others.ask(
                Operation.STALE,
                EVERYTHING,
                body -> new StaleReport(WireFormat.read(body, StaleReply.class).partitions())));
        return StaleReport.together(told);
    }

    @Override
    public List<IndexFreshness> freshness() {
        return now().freshness();
    }

    @Override
    public Set<Integer> partitions() {
        return now().partitions();
    }
}
