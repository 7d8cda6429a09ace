package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.Journal.Content;
import dev.freshet.ops.chaos.truth.Writes.Write;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commands of the catalog: an alias that moves, a dataset that is dropped and made anew under its name, with rows that must not come along. For one thread. */
final class CatalogWork {
    /** While the dataset is dropped, or not made anew everywhere. */
    private static final Set<String> MAY_BE_GONE = Set.of("dataset_not_found", "index_not_found", "bad_request");

    private static final int ROWS = 25;

    private final Target target;
    private final Caller caller;
    private final Commands commands;
    private final Writes writes;
    private final Findings findings;
    private final Random random;
    private long version;
    private boolean there = true;

    CatalogWork(Target target, Caller caller, Commands commands, Writes writes, Findings findings, Random random) {
        this.target = requireNonNull(target, "target is null");
        this.caller = requireNonNull(caller, "caller is null");
        this.commands = requireNonNull(commands, "commands is null");
        this.writes = requireNonNull(writes, "writes is null");
        this.findings = requireNonNull(findings, "findings is null");
        this.random = requireNonNull(random, "random is null");
    }

    /** A command, or a row of the dataset that comes and goes. */
    void step() throws IOException {
        int choice = random.nextInt(100);
        if (choice < 15) {
            moveAlias();
        } else if (!there) {
            create();
        } else if (choice < 20) {
            drop();
        } else if (choice < 35) {
            delete();
        } else {
            write();
        }
    }

    /** At each process, one after the other, until one has done it. */
    private void moveAlias() throws IOException {
        String index = Datasets.NOTES_INDEXES.get(random.nextInt(Datasets.NOTES_INDEXES.size()));
        command(
                "PUT",
                "/v1/vectors/aliases/" + Datasets.ALIAS,
                "{\"index\": \"" + index + "\"}",
                Datasets.ALIAS,
                index);
    }

    private void create() throws IOException {
        there = command(
                "PUT",
                "/v1/catalog/datasets/" + Datasets.PHOENIX,
                Datasets.PHOENIX_DEFINITION,
                Datasets.PHOENIX,
                Commands.THERE);
    }

    private void drop() throws IOException {
        there = false; // As far as anybody knows: making it once more does no harm.
        command("DELETE", "/v1/catalog/datasets/" + Datasets.PHOENIX, "", Datasets.PHOENIX, Commands.GONE);
    }

    /** Returns whether it was acknowledged. */
    private boolean command(String method, String path, String body, String name, String value) throws IOException {
        int first = random.nextInt(target.nodes().size());
        for (int attempt = 0; attempt < target.nodes().size(); attempt++) {
            URI node = target.nodes().get((first + attempt) % target.nodes().size());
            try {
                Reply reply = caller.call(node, method, path, Caller.JSON, body, Target.CALL);
                boolean gone = value.equals(Commands.GONE) && reply.code().equals("dataset_not_found");
                if (reply.ok() || gone) {
                    commands.is(name, value);
                    return true;
                }
                // A model that is another than it was makes no index.
                if (!reply.passing() && !reply.code().equals("model_changed")) {
                    findings.add(
                            Finding.of(Invariant.ANSWERS, "a good command was refused for good", reply.toString()));
                }
            } catch (ConnectException | HttpConnectTimeoutException e) {
                continue; // Nothing was sent.
            } catch (IOException e) {
                // Whether it was carried out shows later.
            }
            commands.mayBe(name, value);
        }
        return false;
    }

    private void write() throws IOException {
        String key = "p" + random.nextInt(ROWS);
        Map<String, @Nullable Object> columns =
                Map.of("id", key, "text", "[" + key + "-v" + ++version + "-s1] Out of the ashes.", "version", version);
        send("POST", "", ColumnValues.toJsonObject(columns), Content.row(Datasets.PHOENIX, key, columns));
    }

    private void delete() throws IOException {
        String key = "p" + random.nextInt(ROWS);
        send("DELETE", "/" + key, "", Content.delete(Datasets.PHOENIX, key));
    }

    private void send(String method, String row, String body, Content content) throws IOException {
        writes.send(
                new Write(
                        method,
                        "/v1/ingest/" + Datasets.PHOENIX + row,
                        Caller.JSON,
                        body,
                        List.of(content),
                        random.nextInt(4) == 0,
                        MAY_BE_GONE),
                random);
    }
}
