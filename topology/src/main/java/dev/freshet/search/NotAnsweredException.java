package dev.freshet.search;

/** A partition cannot answer: its store was closed meanwhile, or the caller's time is over. Never leaves this package. */
final class NotAnsweredException extends RuntimeException {
    NotAnsweredException(String message) {
        super(message, null, false, false);
    }
}
