package dev.freshet.embed;

/** Counts a text's tokens as its model would see them, special tokens included. Thread-safe. */
@FunctionalInterface
public interface TokenCounter {
    int count(String text);
}
