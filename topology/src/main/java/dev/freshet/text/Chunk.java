package dev.freshet.text;

import static java.util.Objects.requireNonNull;

/**
 * A piece of a row's text.
 *
 * @param ordinal its place among the row's chunks, from 0
 * @param text never blank, without white space at its ends
 */
public record Chunk(int ordinal, String text) {
    public Chunk {
        requireNonNull(text, "text is null");
        if (ordinal < 0) {
            throw new IllegalArgumentException("ordinal is " + ordinal + ", must not be negative");
        }
    }
}
