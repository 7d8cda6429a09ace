package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a connector and its tasks are doing, as Connect tells it.
 *
 * @param state of the connector: RUNNING, FAILED, PAUSED, STOPPED, UNASSIGNED, RESTARTING
 * @param trace of its failure; empty if there is none
 */
record ConnectorStatus(String name, String state, String trace, List<Task> tasks) {
    private static final String RUNNING = "RUNNING";
    private static final String FAILED = "FAILED";

    ConnectorStatus {
        requireNonNull(name, "name is null");
        tasks = List.copyOf(tasks);
    }

    /** The same of one task. */
    record Task(int id, String state, String trace) {}

    static ConnectorStatus of(JsonNode json) {
        List<Task> tasks = new ArrayList<>();
        json.path("tasks")
                .forEach(task -> tasks.add(new Task(
                        task.path("id").asInt(),
                        task.path("state").asText(),
                        task.path("trace").asText())));
        JsonNode connector = json.path("connector");
        return new ConnectorStatus(
                json.path("name").asText(),
                connector.path("state").asText(),
                connector.path("trace").asText(),
                tasks);
    }

    /** Whether it has tasks, and all run. */
    boolean running() {
        return state.equals(RUNNING)
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> task.state().equals(RUNNING));
    }

    /** The stack trace of the first failure, if there is one. */
    Optional<String> failure() {
        if (state.equals(FAILED)) {
            return Optional.of(trace);
        }
        return tasks.stream()
                .filter(task -> task.state().equals(FAILED))
                .map(Task::trace)
                .findFirst();
    }
}
