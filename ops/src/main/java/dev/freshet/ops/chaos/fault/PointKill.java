package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGKILL for the node that comes to a {@link KillPoint} first, where it stands.
 *
 * @param call the how manieth call of the method counts, at least 1
 */
record PointKill(KillPoint point, int call, Duration lasting) implements Fault {
    private static final Logger log = LoggerFactory.getLogger(PointKill.class);
    private static final long DETACHED_WITHIN_S = 20;
    private static final long ATTACH_AGAIN_MS = 200;

    PointKill {
        requireNonNull(point, "point is null");
        requireNonNull(lasting, "lasting is null");
        if (call < 1) {
            throw new IllegalArgumentException("call is " + call + ", must be at least 1");
        }
    }

    @Override
    public FaultKind kind() {
        return FaultKind.POINT;
    }

    @Override
    public Set<String> holds() {
        return Site.parts();
    }

    @Override
    public boolean quiet() {
        return point.quiet();
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.NODE_RESTARTED);
    }

    @Override
    public Injected inject(Site site) {
        boolean debugged =
                site.world().nodes().stream().allMatch(node -> node.debugPort().isPresent());
        if (!debugged || !DebuggerModule.isThere()) {
            return () -> Outcome.notRun(
                    "this Java has no debugger interface (modules jdk.jdi and jdk.jdwp.agent): run with a JDK");
        }
        AtomicBoolean givenUp = new AtomicBoolean();
        AtomicBoolean killed = new AtomicBoolean();
        ExecutorService watchers = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "chaos-kill-point");
            thread.setDaemon(true);
            return thread;
        });
        List<Future<Optional<String>>> watches = new ArrayList<>();
        for (NodeProcess node : site.world().nodes()) {
            OptionalInt port = node.debugPort();
            if (node.alive() && port.isPresent()) {
                watches.add(watchers.submit(() -> watch(node, port.getAsInt(), givenUp, killed)));
            }
        }
        watchers.shutdown();
        return () -> {
            givenUp.set(true);
            Optional<String> victim = victim(watches);
            for (int node = 0; node < site.world().nodes().size(); node++) {
                site.startDead(node);
            }
            return victim.map(name -> Outcome.happened(name + " was killed there"))
                    .orElseGet(() -> Outcome.missed("no node came there"));
        };
    }

    /** The node's name, if it was killed. */
    private Optional<String> watch(NodeProcess node, int port, AtomicBoolean givenUp, AtomicBoolean killed)
            throws IOException, InterruptedException {
        BooleanSupplier over = () -> givenUp.get() || killed.get() || !node.alive();
        while (!over.getAsBoolean()) {
            Optional<MethodStop> attached = attach(node, port);
            if (attached.isEmpty()) {
                Thread.sleep(ATTACH_AGAIN_MS);
                continue;
            }
            try (MethodStop stop = attached.get()) {
                if (stop.await(over) && killed.compareAndSet(false, true)) {
                    node.kill();
                    return Optional.of(node.name());
                }
            }
        }
        return Optional.empty();
    }

    /** Empty if it does not listen: a node that was started just now, or is ending. */
    private Optional<MethodStop> attach(NodeProcess node, int port) {
        try {
            return Optional.of(MethodStop.attach(port, point, call));
        } catch (IOException e) {
            log.debug("cannot attach to {} yet", node.name(), e);
            return Optional.empty();
        }
    }

    private static Optional<String> victim(List<Future<Optional<String>>> watches)
            throws IOException, InterruptedException {
        Optional<String> victim = Optional.empty();
        for (Future<Optional<String>> watch : watches) {
            try {
                Optional<String> killed = watch.get(DETACHED_WITHIN_S, TimeUnit.SECONDS);
                victim = victim.or(() -> killed);
            } catch (ExecutionException e) {
                throw new IOException("the debugger interface of a node failed: " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new IOException("the debugger interface of a node does not answer", e);
            }
        }
        return victim;
    }

    @Override
    public String toString() {
        return "kill a node at " + point + ", call " + call + ", within " + Durations.seconds(lasting);
    }
}
