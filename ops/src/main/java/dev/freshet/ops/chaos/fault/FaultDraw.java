package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Link;
import dev.freshet.ops.chaos.world.LinkFault;
import dev.freshet.ops.chaos.world.Misbehaviour;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Draws faults. What a kind has to choose from comes like cards from a deck: each once, in random order, before any comes again, so that a run of some rounds has as many different
 * ones as it has faults. For one thread.
 */
public final class FaultDraw {
    /** A node has to be declared dead and its tasks to move, before it comes back. The nodes' session timeout is 3 s. */
    private static final long LONGER_THAN_A_SESSION_MS = 4_500;

    /** Back and forth by an hour; beyond the age at which local state is no longer used (6 days); beyond what Kafka keeps tombstones (14 days). */
    private static final List<Duration> JUMPS = List.of(
            Duration.ofHours(1), Duration.ofHours(-1), Duration.ofDays(7), Duration.ofDays(-7), Duration.ofDays(20));

    private static final List<LinkFault> LINK_FAULTS = List.of(
            new LinkFault.Delay(Duration.ofMillis(20)),
            new LinkFault.Delay(Duration.ofMillis(400)),
            new LinkFault.Stall(),
            new LinkFault.Blackhole(),
            new LinkFault.HalfOpen(LinkFault.Direction.TO_SERVER),
            new LinkFault.HalfOpen(LinkFault.Direction.TO_CLIENT),
            new LinkFault.Reset(),
            new LinkFault.Truncate(0),
            new LinkFault.Truncate(700),
            new LinkFault.Refuse());

    private final Random random;
    private final Map<FaultKind, Deck<Supplier<Fault>>> decks = new EnumMap<>(FaultKind.class);

    /** @param random of everything */
    public FaultDraw(Random random) {
        this.random = requireNonNull(random, "random is null");
    }

    /** A fault of this kind. */
    public Fault draw(FaultKind kind) {
        return decks.computeIfAbsent(kind, each -> new Deck<>(random, choices(each)))
                .next()
                .get();
    }

    private List<Supplier<Fault>> choices(FaultKind kind) {
        List<Supplier<Fault>> choices = new ArrayList<>();
        switch (kind) {
            case KILL -> {
                choices.add(() -> new NodeKill(Set.of(0), between(100, 5_000)));
                choices.add(() -> new NodeKill(Set.of(1), between(100, 5_000)));
                choices.add(() -> new NodeKill(Set.of(0, 1), between(100, 4_000)));
            }
            case POINT -> {
                for (KillPoint point : KillPoint.values()) {
                    choices.add(() -> new PointKill(point, 1 + random.nextInt(3), pointLasting(point)));
                }
            }
            case PAUSE -> {
                choices.add(() -> new NodePause(0, longerThanASession()));
                choices.add(() -> new NodePause(1, longerThanASession()));
            }
            case BROKER -> {
                choices.add(() -> new BrokerBounce(true, between(200, 4_000)));
                choices.add(() -> new BrokerBounce(false, between(200, 4_000)));
            }
            case NETWORK -> {
                for (Link link : Link.values()) {
                    for (LinkFault fault : LINK_FAULTS) {
                        choices.add(() -> new LinkBreak(link, fault, between(1_000, 6_000)));
                    }
                }
            }
            case DISK -> {
                choices.add(() -> new DiskFull(0, between(3_000, 6_000)));
                choices.add(() -> new DiskFull(1, between(3_000, 6_000)));
            }
            case SNAPSHOT -> {
                for (Damage damage : Damage.values()) {
                    choices.add(() -> new SnapshotDamage(
                            random.nextInt(2), random.nextBoolean(), damage, random.nextLong(), between(500, 3_000)));
                }
            }
            case PAST -> {
                choices.add(() -> new StateFromThePast(0, between(6_000, 10_000)));
                choices.add(() -> new StateFromThePast(1, between(6_000, 10_000)));
            }
            case CLOCK -> {
                for (Duration jump : JUMPS) {
                    choices.add(() -> new ClockJump(random.nextInt(2), jump, false, between(2_000, 5_000)));
                    choices.add(() -> new ClockJump(random.nextInt(2), jump, true, between(5_000, 9_000)));
                }
            }
            case MODEL -> {
                for (Misbehaviour misbehaviour : Misbehaviour.values()) {
                    choices.add(() -> new ModelTrouble(misbehaviour, between(1_500, 6_000)));
                }
            }
        }
        return choices;
    }

    /** Snapshots are written some seconds after the last change. */
    private Duration pointLasting(KillPoint point) {
        return point.quiet() ? between(7_000, 9_000) : between(3_000, 6_000);
    }

    private Duration longerThanASession() {
        return between(LONGER_THAN_A_SESSION_MS, LONGER_THAN_A_SESSION_MS + 3_500);
    }

    private Duration between(long leastMs, long mostMs) {
        return Duration.ofMillis(leastMs + random.nextInt((int) (mostMs - leastMs) + 1));
    }

    /** Cards in random order, shuffled again when all were drawn. For one thread. */
    public static final class Deck<T> {
        private final Random random;
        private final List<T> cards;
        private int drawn;

        /** @param cards at least one */
        public Deck(Random random, List<T> cards) {
            this.random = requireNonNull(random, "random is null");
            this.cards = new ArrayList<>(cards);
            if (cards.isEmpty()) {
                throw new IllegalArgumentException("a deck without cards");
            }
            this.drawn = cards.size();
        }

        public T next() {
            if (drawn == cards.size()) {
                Collections.shuffle(cards, random);
                drawn = 0;
            }
            return cards.get(drawn++);
        }
    }
}
