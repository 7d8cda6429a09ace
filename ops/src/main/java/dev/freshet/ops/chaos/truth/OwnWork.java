package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.Journal.Content;
import dev.freshet.ops.chaos.truth.Writes.Write;
import dev.freshet.schemas.key.RowKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Vectors that one worker brings: added, replaced with and without metadata, deleted. For one thread. */
final class OwnWork {
    private static final int ITEMS = 40;
    private static final int BATCH_MAX = 5;

    private final int worker;
    private final Writes writes;
    private final Random random;
    private long edit;

    OwnWork(int worker, Writes writes, Random random) {
        this.worker = worker;
        this.writes = requireNonNull(writes, "writes is null");
        this.random = requireNonNull(random, "random is null");
    }

    /** Adds or deletes some items. */
    void step() throws IOException {
        Set<String> ids = new HashSet<>();
        int size = 1 + random.nextInt(BATCH_MAX);
        for (int i = 0; i < size; i++) {
            ids.add(Notes.id(worker, random.nextInt(ITEMS)));
        }
        if (random.nextInt(5) == 0) {
            delete(List.copyOf(ids));
        } else {
            add(List.copyOf(ids));
        }
    }

    private void add(List<String> ids) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode items = body.putArray("items");
        List<Content> contents = new ArrayList<>();
        for (String id : ids) {
            float[] vector = Searches.direction(random, Datasets.OWN_DIMENSIONS);
            ObjectNode item = items.addObject().put("id", id);
            ArrayNode components = item.putArray("vector");
            for (float component : vector) {
                components.add(component);
            }
            boolean keep = random.nextInt(3) == 0;
            Map<String, @Nullable Object> metadata = keep ? Map.of() : Map.of("edit", ++edit);
            if (!keep) {
                item.putObject("metadata").put("edit", edit);
            }
            contents.add(new Content(Datasets.OWN, RowKeys.join(List.of(id)), false, metadata, vector, keep));
        }
        send("add", body, contents);
    }

    private void delete(List<String> ids) throws IOException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode array = body.putArray("ids");
        List<Content> contents = new ArrayList<>();
        for (String id : ids) {
            array.add(id);
            contents.add(Content.delete(Datasets.OWN, RowKeys.join(List.of(id))));
        }
        send("delete", body, contents);
    }

    private void send(String what, ObjectNode body, List<Content> contents) throws IOException {
        writes.send(
                new Write(
                        "POST",
                        "/v1/vectors/index/" + Datasets.OWN + "/" + what,
                        Caller.JSON,
                        body.toString(),
                        contents,
                        random.nextInt(3) == 0,
                        Set.of()),
                random);
    }
}
