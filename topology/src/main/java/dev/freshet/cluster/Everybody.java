package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.search.Node;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks all other processes the same, at the same time, and waits for two seconds at most; whoever does not answer is left out. Thread-safe. */
final class Everybody {
    private static final Logger log = LoggerFactory.getLogger(Everybody.class);
    private static final Duration WITHIN = Duration.ofSeconds(2);

    private final Supplier<Set<Node>> others;
    private final NodeClient client;

    /** @param client stays the giver's to close */
    Everybody(Supplier<Set<Node>> others, NodeClient client) {
        this.others = requireNonNull(others, "others is null");
        this.client = requireNonNull(client, "client is null");
    }

    /** What those answer who answer, in any order. */
    <T> List<T> ask(Operation operation, byte[] call, NodeClient.ReplyReader<T> reader) {
        List<CompletableFuture<Optional<T>>> asked = others.get().stream()
                .map(node -> ask(node, operation, call, reader))
                .toList();
        return asked.stream()
                .map(CompletableFuture::join)
                .flatMap(Optional::stream)
                .toList();
    }

    private <T> CompletableFuture<Optional<T>> ask(
            Node node, Operation operation, byte[] call, NodeClient.ReplyReader<T> reader) {
        return client.call(node, operation, call, WITHIN, reader)
                .thenApply(Optional::of)
                .exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    log.debug("{} without {}: {}", operation, node, String.valueOf(cause));
                    return Optional.empty();
                });
    }
}
