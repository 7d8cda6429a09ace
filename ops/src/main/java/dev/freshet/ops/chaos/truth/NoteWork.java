package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.ops.chaos.truth.Journal.Acknowledged;
import dev.freshet.ops.chaos.truth.Journal.Content;
import dev.freshet.ops.chaos.truth.KnownRows.Name;
import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.ops.chaos.truth.Writes.Write;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one worker: inserts, edits of texts, of metadata, of both and of neither, deletes, long rows, batches, duplicates; and straight to the rows topic what foreign producers
 * do: rows in wrong partitions, with columns left out, too long, or no rows at all. For one thread.
 */
final class NoteWork {
    private static final int ROWS = 60;
    private static final int LONG_SENTENCES = 40;

    private final int worker;
    private final Writes writes;
    private final TopicWriter topic;
    private final Journal journal;
    private final KnownRows known;
    private final int partitions;
    private final Random random;
    private final Notes notes;
    /** As they were last written. */
    private final Map<Integer, Note> rows = new HashMap<>();
    /** Those whose last write was acknowledged, and nothing else is on its way. */
    private final Set<Integer> certain = new HashSet<>();

    private long textVersion;

    NoteWork(
            int worker,
            Writes writes,
            TopicWriter topic,
            Journal journal,
            KnownRows known,
            int partitions,
            Random random) {
        this.worker = worker;
        this.writes = requireNonNull(writes, "writes is null");
        this.topic = requireNonNull(topic, "topic is null");
        this.journal = requireNonNull(journal, "journal is null");
        this.known = requireNonNull(known, "known is null");
        this.partitions = partitions;
        this.random = requireNonNull(random, "random is null");
        this.notes = new Notes(random);
    }

    /** Something to one or some rows. */
    void step() throws IOException {
        int number = random.nextInt(ROWS);
        Note note = rows.get(number);
        int choice = random.nextInt(100);
        if (choice < 10) {
            batch();
        } else if (note == null) {
            write(number, notes.first(worker, number, ++textVersion));
        } else if (choice < 45) {
            write(number, notes.withText(note, ++textVersion, 1 + random.nextInt(4)));
        } else if (choice < 58) {
            write(number, notes.withLabel(note));
        } else if (choice < 65) {
            write(number, notes.withLabel(notes.withText(note, ++textVersion, 2)));
        } else if (choice < 71) {
            write(number, note);
        } else if (choice < 83) {
            delete(number, note);
        } else if (choice < 87) {
            write(number, notes.withText(note, ++textVersion, LONG_SENTENCES));
        } else if (choice < 91) {
            duplicate(number, notes.withText(note, ++textVersion, 1));
        } else {
            straight(number, note, choice - 91);
        }
    }

    private void write(int number, Note note) throws IOException {
        write(List.of(number), List.of(note), random.nextInt(3) == 0);
    }

    private void write(List<Integer> numbers, List<Note> written, boolean wait) throws IOException {
        StringBuilder body = new StringBuilder();
        List<Content> contents = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            Note note = written.get(i);
            rows.put(numbers.get(i), note);
            body.append(ColumnValues.toJsonObject(note.columns())).append('\n');
            contents.add(content(note));
        }
        certain.removeAll(numbers);
        boolean sure = writes.send(
                new Write(
                        "POST",
                        "/v1/ingest/" + Datasets.NOTES,
                        Caller.LINES,
                        body.toString(),
                        contents,
                        wait,
                        Set.of()),
                random);
        if (sure) {
            numbers.stream().filter(one -> !doubted(one)).forEach(certain::add);
        }
    }

    private void batch() throws IOException {
        Map<Integer, Note> batch = new HashMap<>();
        int size = 2 + random.nextInt(9);
        for (int i = 0; i < size; i++) {
            int number = random.nextInt(ROWS);
            Note before = rows.get(number);
            batch.put(
                    number,
                    before == null
                            ? notes.first(worker, number, ++textVersion)
                            : notes.withText(before, ++textVersion, 1 + random.nextInt(3)));
        }
        List<Integer> numbers = List.copyOf(batch.keySet());
        write(numbers, numbers.stream().map(batch::get).toList(), random.nextInt(3) == 0);
    }

    /** The same row twice in one batch, as a producer that tries again writes it. */
    private void duplicate(int number, Note note) throws IOException {
        write(List.of(number, number), List.of(note, note), random.nextBoolean());
    }

    private void delete(int number, Note note) throws IOException {
        rows.remove(number);
        certain.remove(number);
        writes.send(
                new Write(
                        "DELETE",
                        "/v1/ingest/" + Datasets.NOTES + "/" + Caller.segment(key(note)),
                        Caller.JSON,
                        "",
                        List.of(Content.delete(Datasets.NOTES, key(note))),
                        random.nextInt(2) == 0,
                        Set.of()),
                random);
    }

    private void straight(int number, Note note, int choice) throws IOException {
        if (choice < 3) {
            misplace(number, notes.withText(note, ++textVersion, 1));
        } else if (choice < 6) {
            leaveOut(number, notes.withLabel(note));
        } else if (choice < 7 && random.nextInt(4) == 0) {
            oversize(number, note);
        } else {
            poison(note);
        }
    }

    /** Into another partition than the row's: it is there when it has been brought home, which nobody waits for. */
    private void misplace(int number, Note note) throws IOException {
        Name name = name(note);
        known.doubt(name);
        certain.remove(number);
        rows.put(number, note);
        int elsewhere = (home(name) + 1 + random.nextInt(Math.max(1, partitions - 1))) % partitions;
        topic.write(elsewhere, record(name), change(note, false), "");
    }

    /** With the texts left out, which stay what they are. */
    private void leaveOut(int number, Note note) throws IOException {
        if (!certain.contains(number) || doubted(number)) {
            return; // Its texts might be others, and nobody could say which.
        }
        Name name = name(note);
        known.changes(name);
        certain.remove(number);
        rows.put(number, note);
        topic.write(home(name), record(name), change(note, true), "");
        certain.add(number);
    }

    private void oversize(int number, Note note) throws IOException {
        Name name = name(note);
        known.doubt(name);
        certain.remove(number);
        Map<String, @Nullable Object> columns = notes.oversize(note, ++textVersion);
        byte[] value = ("{\"columns\": " + ColumnValues.toJsonObject(columns) + "}").getBytes(UTF_8);
        Place place = topic.write(home(name), record(name), value, ErrorCode.ROW_TOO_LARGE.code());
        journal.add(new Acknowledged(Content.row(Datasets.NOTES, key(note), columns), place, true));
    }

    private void poison(Note note) throws IOException {
        Poison[] all = Poison.values();
        Poison poison = all[random.nextInt(all.length)];
        String row = poison == Poison.UNKNOWN_ROW ? "nobody-" + ++textVersion : key(note);
        Name name = new Name(poison.dataset(), row);
        topic.write(home(name), poison == Poison.NO_KEY ? null : record(name), poison.value(), poison.code());
    }

    private byte[] change(Note note, boolean withoutTexts) {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        ObjectNode columns = change.putObject("columns");
        note.columns().forEach((column, value) -> {
            boolean text = column.equals("title") || column.equals("text");
            if (withoutTexts && text) {
                change.withArray("unavailable").add(column);
            } else {
                columns.set(column, ColumnValues.toJson(value));
            }
        });
        return change.toString().getBytes(UTF_8);
    }

    private boolean doubted(int number) {
        Note note = rows.get(number);
        return note == null || known.doubts(name(note));
    }

    private int home(Name name) {
        return RowKeys.partition(name.dataset(), name.key(), partitions);
    }

    private static String record(Name name) {
        return RowKeys.record(name.dataset(), name.key());
    }

    private static Name name(Note note) {
        return new Name(Datasets.NOTES, key(note));
    }

    private static String key(Note note) {
        return RowKeys.join(List.of(note.id()));
    }

    private static Content content(Note note) {
        return Content.row(Datasets.NOTES, key(note), note.columns());
    }
}
