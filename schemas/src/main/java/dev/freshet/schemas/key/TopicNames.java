package dev.freshet.schemas.key;

import static java.util.Objects.requireNonNull;

/** The names of Freshet's topics, which share a prefix. */
public record TopicNames(String prefix) {
    public TopicNames {
        requireNonNull(prefix, "prefix is null");
        if (!prefix.matches("[a-zA-Z0-9._-]{1,100}")) {
            throw new IllegalArgumentException("prefix is '" + prefix + "', must match [a-zA-Z0-9._-]{1,100}");
        }
    }

    public String rows() {
        return prefix + ".rows";
    }

    public String vectors() {
        return prefix + ".vectors";
    }

    public String catalogCommands() {
        return prefix + ".catalog-commands";
    }

    public String catalogReplies() {
        return prefix + ".catalog-replies";
    }

    public String catalog() {
        return prefix + ".catalog";
    }

    public String jobProgress() {
        return prefix + ".job-progress";
    }

    public String deadLetters() {
        return prefix + ".dead-letters";
    }
}
