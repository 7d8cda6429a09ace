package dev.freshet.embed.remote;

import java.util.List;

/**
 * Texts that go out in one request. Immutable.
 *
 * @param attempt how often it was tried again, from 0
 * @param firstSentNanos when it, or the batch that it was part of, was sent first; {@link #NEVER} before
 * @param refusedNanos when it, or the batch that it was part of, was refused first; {@link #NEVER} before
 */
record Batch(List<PendingText> texts, int attempt, long firstSentNanos, long refusedNanos) {
    static final long NEVER = Long.MIN_VALUE;

    Batch {
        texts = List.copyOf(texts);
    }

    static Batch of(List<PendingText> texts) {
        return new Batch(texts, 0, NEVER, NEVER);
    }

    int size() {
        return texts.size();
    }

    boolean sent() {
        return firstSentNanos != NEVER;
    }

    boolean query() {
        return texts.get(0).purpose() == PendingText.Purpose.QUERY;
    }

    boolean control() {
        return texts.get(0).purpose() == PendingText.Purpose.CONTROL;
    }

    long tokens() {
        return texts.stream().mapToLong(PendingText::tokens).sum();
    }

    Batch sentAt(long nowNanos) {
        return sent() ? this : new Batch(texts, attempt, nowNanos, refusedNanos);
    }

    Batch refusedAt(long nowNanos) {
        return new Batch(texts, attempt, firstSentNanos, nowNanos);
    }

    Batch next() {
        return new Batch(texts, attempt + 1, firstSentNanos, refusedNanos);
    }

    Batch with(List<PendingText> others) {
        return new Batch(others, attempt, firstSentNanos, refusedNanos);
    }

    /** Two batches of half the texts each; of at least two texts. */
    List<Batch> halves() {
        int middle = size() / 2;
        return List.of(with(texts.subList(0, middle)), with(texts.subList(middle, size())));
    }
}
