package dev.freshet.refresh;

import dev.freshet.schemas.avro.MergeStage;
import dev.freshet.schemas.avro.MergeState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;

/** How far this partition has come with each merge job, in memory and in the store. Used by the task's stream thread only. */
final class MergeStates {
    private final TypedStore<MergeState> store;
    private final Map<Long, MergeState> states = new TreeMap<>();
    /** The jobs with counts that were not reported yet. */
    private final Set<Long> unreported = new HashSet<>();

    MergeStates(TypedStore<MergeState> store) {
        this.store = store;
        try (TypedStore.Cursor<MergeState> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, MergeState> entry = entries.next();
                states.put(entry.value.getJob(), entry.value);
            }
        }
        // What the task before this one reported may have been rolled back.
        unreported.addAll(states.keySet());
    }

    List<MergeState> all() {
        return List.copyOf(states.values());
    }

    Optional<MergeState> find(long jobId) {
        return Optional.ofNullable(states.get(jobId));
    }

    MergeState add(long jobId) {
        MergeState state = MergeState.newBuilder().setJob(jobId).build();
        put(state);
        return state;
    }

    /** Stores what was changed. */
    void put(MergeState state) {
        states.put(state.getJob(), state);
        store.put(StoreKeys.number(state.getJob()), state);
        unreported.add(state.getJob());
    }

    /** Stores that a report was made. */
    void reported(MergeState state) {
        put(state);
        unreported.remove(state.getJob());
    }

    boolean unreported(MergeState state) {
        return state.getStage() != MergeStage.DISCARD && unreported.contains(state.getJob());
    }

    void remove(MergeState state) {
        states.remove(state.getJob());
        unreported.remove(state.getJob());
        store.delete(StoreKeys.number(state.getJob()));
    }
}
