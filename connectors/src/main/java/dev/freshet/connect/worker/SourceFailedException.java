package dev.freshet.connect.worker;

/** A source that does not start; the message says why, and what to do, without secrets. */
final class SourceFailedException extends RuntimeException {
    SourceFailedException(String message) {
        super(message);
    }
}
