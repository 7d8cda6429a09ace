package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * The broker goes and comes back.
 *
 * @param kill with SIGKILL, or else as operators stop it
 */
record BrokerBounce(boolean kill, Duration lasting) implements Fault {
    BrokerBounce {
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.BROKER;
    }

    @Override
    public Set<String> holds() {
        return Set.of("broker");
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.BROKER_RESTARTED);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        if (kill) {
            site.world().broker().kill();
        } else {
            site.world().broker().stop();
        }
        return () -> {
            site.world().broker().start();
            return Outcome.happened("");
        };
    }

    @Override
    public String toString() {
        return (kill ? "kill" : "stop") + " the broker, start it after " + Durations.seconds(lasting);
    }
}
