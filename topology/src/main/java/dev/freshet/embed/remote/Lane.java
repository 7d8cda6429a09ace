package dev.freshet.embed.remote;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** Texts that wait to be sent, first come, first served; batches that go out again are ahead of them. Not thread-safe. */
final class Lane {
    private final Deque<Batch> again = new ArrayDeque<>();
    private final Deque<PendingText> waiting = new ArrayDeque<>();

    boolean isEmpty() {
        return again.isEmpty() && waiting.isEmpty();
    }

    /** Whether the control text is what comes next. */
    boolean startsWithControl() {
        return !again.isEmpty() && again.element().control();
    }

    void add(PendingText text) {
        waiting.add(text);
    }

    /** Puts these ahead of everything, in their order. */
    void addFirst(List<Batch> batches) {
        for (int index = batches.size() - 1; index >= 0; index--) {
            again.addFirst(batches.get(index));
        }
    }

    /** Undoes {@link #next}, so that a batch that has to wait can still grow. */
    void putBack(Batch batch) {
        if (batch.sent() || batch.control()) { // Rows must not get into the batch of a control text.
            again.addFirst(batch);
            return;
        }
        for (int index = batch.size() - 1; index >= 0; index--) {
            waiting.addFirst(batch.texts().get(index));
        }
    }

    /** Takes the next batch of a lane that is not empty: at most so many texts, and so many tokens unless its only text has more. */
    Batch next(int textsMax, long tokensMax) {
        if (!again.isEmpty()) {
            return again.remove();
        }
        List<PendingText> texts = new ArrayList<>();
        texts.add(waiting.remove());
        long tokens = texts.get(0).tokens();
        while (texts.size() < textsMax
                && !waiting.isEmpty()
                && tokens + waiting.element().tokens() <= tokensMax) {
            PendingText text = waiting.remove();
            texts.add(text);
            tokens += text.tokens();
        }
        return Batch.of(texts);
    }

    /** Takes out the texts that a condition holds for; those of batches that go out again are not looked at one by one, but by their first. */
    List<PendingText> remove(Predicate<PendingText> condition) {
        List<PendingText> removed = new ArrayList<>();
        again.removeIf(batch -> {
            boolean remove = condition.test(batch.texts().get(0));
            if (remove) {
                removed.addAll(batch.texts());
            }
            return remove;
        });
        waiting.removeIf(text -> {
            boolean remove = condition.test(text);
            if (remove) {
                removed.add(text);
            }
            return remove;
        });
        return removed;
    }
}
