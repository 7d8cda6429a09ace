package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** What is wrong with a link. It concerns the connections that there are and those that are opened meanwhile. */
public sealed interface LinkFault {
    /** The way that bytes go: from who opened the connection, or to him. */
    enum Direction {
        TO_SERVER,
        TO_CLIENT
    }

    /** Each piece of up to 64 KiB waits so long before it is passed on, those after it behind it. */
    record Delay(Duration each) implements LinkFault {
        public Delay {
            requireNonNull(each, "each is null");
            if (each.isNegative() || each.isZero() || each.compareTo(Duration.ofMinutes(1)) > 0) {
                throw new IllegalArgumentException("The delay is " + each + ", expected more than 0 up to a minute");
            }
        }
    }

    /** Nothing gets through and nothing is lost: what was sent arrives when the link is healed. So does TCP see a network that is away for a while. */
    record Stall() implements LinkFault {}

    /** Connections are accepted, and whatever is sent on them vanishes. Those that lost something are reset when the link is healed. */
    record Blackhole() implements LinkFault {}

    /** As {@link Blackhole}, in one direction only. */
    record HalfOpen(Direction lost) implements LinkFault {
        public HalfOpen {
            requireNonNull(lost, "lost is null");
        }
    }

    /** Connections are reset, new ones at once. */
    record Reset() implements LinkFault {}

    /** Each connection is closed, as if all had been said, when so many more bytes have passed in one of its directions. */
    record Truncate(int bytes) implements LinkFault {
        public Truncate {
            if (bytes < 0) {
                throw new IllegalArgumentException("The bytes are " + bytes + ", expected 0 or more");
            }
        }
    }

    /** Nobody listens: connections are reset, and new ones refused. */
    record Refuse() implements LinkFault {}
}
