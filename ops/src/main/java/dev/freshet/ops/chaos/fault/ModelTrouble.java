package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.Link;
import dev.freshet.ops.chaos.world.Misbehaviour;
import dev.freshet.ops.chaos.world.ModelServer;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/** The server of the model misbehaves. */
record ModelTrouble(Misbehaviour misbehaviour, Duration lasting) implements Fault {
    private static final Duration MARGIN = Duration.ofMillis(500);

    ModelTrouble {
        requireNonNull(misbehaviour, "misbehaviour is null");
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.MODEL;
    }

    @Override
    public Set<String> holds() {
        if (misbehaviour != Misbehaviour.CHANGED_MODEL) {
            return Set.of("model");
        }
        // Who comes late cannot know that the model was another one for a while.
        Set<String> all = new HashSet<>(Site.parts());
        all.addAll(Set.of("model", LinkBreak.part(Link.NODE_1_MODEL), LinkBreak.part(Link.NODE_2_MODEL)));
        return all;
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.MODEL);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        site.world().model().misbehave(misbehaviour);
        return () -> {
            site.world().model().behave();
            if (misbehaviour == Misbehaviour.CHANGED_MODEL) {
                Thread.sleep(ModelServer.EXCHANGE.plus(MARGIN).toMillis());
            }
            return Outcome.happened("");
        };
    }

    @Override
    public String toString() {
        return "model: " + misbehaviour + " for " + Durations.seconds(lasting);
    }
}
