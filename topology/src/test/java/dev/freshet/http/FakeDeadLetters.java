package dev.freshet.http;

import dev.freshet.refresh.DeadLetter;
import dev.freshet.refresh.DeadLetterService;
import dev.freshet.refresh.LetterId;
import dev.freshet.refresh.LetterState;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Dead letters in memory, in the order in which they were added; the cursor is a position. Replaying only remembers what was asked for. */
final class FakeDeadLetters implements DeadLetterService {
    private final List<Content> letters = new ArrayList<>();
    final List<Filter> listed = new ArrayList<>();
    final List<Object> replayed = new ArrayList<>();
    private ErrorCode refusal = ErrorCode.DEAD_LETTER_SETTLED;

    @SuppressWarnings("NullAway") // which overlooks annotations of arrays in class files
    void add(String id, String dataset, ErrorCode code, byte[] key, byte @Nullable [] value, RecordHeader... headers) {
        LetterId letterId = LetterId.parse(id).orElseThrow();
        letters.add(new Content(
                new DeadLetter(
                        letterId,
                        LetterState.OPEN,
                        code.code(),
                        "because of " + code.code(),
                        dataset,
                        "k",
                        null,
                        letterId.origin("freshet.rows"),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        1,
                        100,
                        true),
                key,
                value,
                List.of(headers)));
    }

    /** Why the first of the letters that are to be replayed is not. */
    void refuseWith(ErrorCode code) {
        refusal = code;
    }

    @Override
    public Page list(Filter filter, @Nullable String cursor, int limit) {
        listed.add(filter);
        int from = cursor == null ? 0 : Integer.parseInt(cursor);
        List<DeadLetter> all = letters.stream()
                .map(Content::letter)
                .filter(letter -> filter.dataset() == null || Objects.equals(filter.dataset(), letter.dataset()))
                .toList();
        int to = Math.min(all.size(), from + limit);
        return new Page(
                all.subList(from, to),
                to < all.size() ? String.valueOf(to) : null,
                List.of(new Count(null, "invalid_row", 1, 2, 3), new Count("docs", "row_too_large", 4, 0, 0)),
                7);
    }

    @Override
    public Optional<Content> find(LetterId id) {
        return letters.stream()
                .filter(content -> content.letter().id().equals(id))
                .findFirst();
    }

    @Override
    public Outcome replay(List<String> ids) {
        replayed.add(ids);
        return new Outcome(
                ids.size() - 1L, List.of(new NotSent(ids.get(0), refusal, "it is not sent: " + refusal.code())));
    }

    @Override
    public Outcome replay(Filter filter) {
        replayed.add(filter);
        return new Outcome(letters.size(), List.of());
    }
}
