package dev.freshet.text;

/** Whether a text is within a model's token limit. Pure, so that chunking is deterministic; thread-safe. */
@FunctionalInterface
public interface FitsModel {
    boolean fits(String text);
}
