package dev.freshet.search;

/** How much of the index an answer saw. */
public record Coverage(int partitions, int answered) {
    public Coverage {
        if (partitions < 1 || answered < 0 || answered > partitions) {
            throw new IllegalArgumentException(answered + " of " + partitions + " partitions");
        }
    }

    public boolean complete() {
        return answered == partitions;
    }
}
