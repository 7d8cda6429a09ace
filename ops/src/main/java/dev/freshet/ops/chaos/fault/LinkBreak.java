package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.FaultyProxy;
import dev.freshet.ops.chaos.world.Link;
import dev.freshet.ops.chaos.world.LinkFault;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** One connection between two parts misbehaves. */
record LinkBreak(Link link, LinkFault fault, Duration lasting) implements Fault {
    LinkBreak {
        requireNonNull(link, "link is null");
        requireNonNull(fault, "fault is null");
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.NETWORK;
    }

    @Override
    public Set<String> holds() {
        return Set.of(part(link));
    }

    static String part(Link link) {
        return "link " + link;
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(
                switch (link) {
                    case NODE_1_BROKER, NODE_2_BROKER -> Circumstance.BROKER_LINK;
                    case NODE_1_TO_NODE_2, NODE_2_TO_NODE_1 -> Circumstance.NODE_LINK;
                    case NODE_1_MODEL, NODE_2_MODEL -> Circumstance.MODEL;
                    case CLIENT_NODE_1, CLIENT_NODE_2 -> Circumstance.CLIENT_LINK;
                    case NODE_1_REGISTRY, NODE_2_REGISTRY -> Circumstance.REGISTRY_LINK;
                });
    }

    @Override
    public Injected inject(Site site) throws IOException {
        FaultyProxy proxy = requireNonNull(site.world().links().get(link), "there is no proxy of this link");
        proxy.fault(fault);
        return () -> {
            proxy.heal();
            return Outcome.happened("");
        };
    }

    @Override
    public String toString() {
        return "link " + link + ": " + fault + " for " + Durations.seconds(lasting);
    }
}
