package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.chaos.truth.Datasets.Shapes;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Whether everything has come to rest: every process ready, nothing stale, no job running, every index complete and up to the end of the rows topic. For one thread. */
final class Calm {
    private final Target target;
    private final Caller caller;
    private final Random random;

    Calm(Target target, Caller caller, Random random) {
        this.target = requireNonNull(target, "target is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.random = requireNonNull(random, "random is null");
    }

    /** Why a process is not at rest yet, as far as it can be told without the rows topic; empty if it is. */
    Optional<String> unrest() {
        for (URI node : target.nodes()) {
            Optional<String> problem = asked(node, this::unrest);
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }

    /**
     * Why an index does not reflect the rows topic yet.
     *
     * @param ends the offset of the last record of each partition that has one
     */
    Optional<String> behind(Shapes shapes, Map<Integer, Long> ends) {
        for (URI node : target.nodes()) {
            for (IndexShape shape : shapes.byName().values()) {
                Optional<String> problem = asked(node, it -> behind(it, shape, ends));
                if (problem.isPresent()) {
                    return problem;
                }
            }
        }
        return Optional.empty();
    }

    @FunctionalInterface
    private interface Question {
        String ask(URI node) throws IOException;
    }

    /** The problem, empty text for none; that a process gives no answer, or a refusal, is one. */
    private static Optional<String> asked(URI node, Question question) {
        try {
            String problem = question.ask(node);
            return problem.isEmpty() ? Optional.empty() : Optional.of(node.getAuthority() + ": " + problem);
        } catch (IOException e) {
            return Optional.of(node.getAuthority() + ": " + e);
        }
    }

    private String unrest(URI node) throws IOException {
        Reply ready = caller.get(node, "/readyz");
        if (!ready.ok()) {
            return "not ready: " + ready.body();
        }
        JsonNode stale = caller.require(node, "/v1/vectors/stale");
        if (!stale.path("coverage").path("complete").asBoolean()
                || !stale.path("stale").isEmpty()) {
            return "rows wait to be embedded: " + stale;
        }
        for (JsonNode job : caller.require(node, "/v1/vectors/jobs").path("jobs")) {
            if (job.path("state").asText().equals("running")) {
                return "a job runs: " + job;
            }
        }
        return "";
    }

    private String behind(URI node, IndexShape shape, Map<Integer, Long> ends) throws IOException {
        float[] query = Searches.direction(random, shape.dimensions());
        Reply reply = caller.post(node, Searches.path(shape.name()), Searches.byVector(query, 1, false));
        SearchAnswer answer = SearchAnswer.of(Caller.result(reply));
        if (!answer.complete()) {
            return shape.name() + " answers for " + answer.answered() + " of " + answer.partitions() + " partitions";
        }
        for (Map.Entry<Integer, Long> end : ends.entrySet()) {
            if (!answer.reflects(end.getKey(), end.getValue())) {
                return shape.name() + " reflects partition " + end.getKey() + " up to "
                        + answer.positions().get(end.getKey()) + ", its last record is " + end.getValue();
            }
        }
        return "";
    }
}
