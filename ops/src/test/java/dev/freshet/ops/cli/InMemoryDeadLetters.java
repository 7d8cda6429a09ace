package dev.freshet.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.refresh.DeadLetter;
import dev.freshet.refresh.DeadLetterService;
import dev.freshet.refresh.LetterId;
import dev.freshet.refresh.LetterState;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Open dead letters in memory; one that is replayed is settled at once. */
final class InMemoryDeadLetters implements DeadLetterService {
    private final List<Content> letters = new ArrayList<>();

    synchronized void add(String id, String dataset, String key, ErrorCode code, String value) {
        LetterId letterId = LetterId.parse(id).orElseThrow();
        DeadLetter letter = new DeadLetter(
                letterId,
                LetterState.OPEN,
                code.code(),
                "because\nof " + code.code(),
                dataset,
                key,
                null,
                letterId.origin("freshet.rows"),
                Instant.EPOCH,
                Instant.EPOCH,
                2,
                100,
                true);
        letters.add(new Content(
                letter,
                (dataset + ":" + key).getBytes(UTF_8),
                value.getBytes(UTF_8),
                List.of(new RecordHeader("trace", "abc".getBytes(UTF_8)))));
    }

    @Override
    public synchronized Page list(Filter filter, @Nullable String cursor, int limit) {
        List<DeadLetter> found = letters.stream()
                .map(Content::letter)
                .filter(letter -> matches(filter, letter))
                .toList();
        int from = cursor == null ? 0 : Integer.parseInt(cursor);
        int to = Math.min(found.size(), from + limit);
        List<Count> counts = letters.isEmpty() ? List.of() : List.of(new Count("docs", "invalid_row", 5, 1, 0));
        return new Page(found.subList(from, to), to < found.size() ? String.valueOf(to) : null, counts, 0);
    }

    @Override
    public synchronized Optional<Content> find(LetterId id) {
        return letters.stream()
                .filter(content -> content.letter().id().equals(id))
                .findFirst();
    }

    @Override
    public synchronized Outcome replay(List<String> ids) {
        List<NotSent> notSent = new ArrayList<>();
        for (String id : ids) {
            if (LetterId.parse(id).flatMap(this::find).isEmpty()) {
                notSent.add(new NotSent(id, ErrorCode.DEAD_LETTER_NOT_FOUND, "there is no dead letter '" + id + "'"));
            } else {
                letters.removeIf(content -> content.letter().id().toString().equals(id));
            }
        }
        return new Outcome(ids.size() - notSent.size(), notSent);
    }

    @Override
    public synchronized Outcome replay(Filter filter) {
        int before = letters.size();
        letters.removeIf(content -> matches(filter, content.letter()));
        return new Outcome(before - letters.size(), List.of());
    }

    private static boolean matches(Filter filter, DeadLetter letter) {
        return (filter.dataset() == null || filter.dataset().equals(letter.dataset()))
                && (filter.code() == null || filter.code().equals(letter.code()))
                && (filter.state() == null || filter.state() == letter.state());
    }
}
