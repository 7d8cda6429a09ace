package dev.freshet.text;

/** A single character (grapheme cluster) has more tokens than the model takes, so the text can be neither embedded whole nor split. */
public final class UnfittableTextException extends RuntimeException {
    public UnfittableTextException(int length) {
        super("a single character of " + length
                + " UTF-16 units does not fit the model's token limit and cannot be split");
    }
}
