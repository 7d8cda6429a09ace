package dev.freshet.index;

import java.util.Arrays;

/** The nodes that a search has seen: a bit each, of which only the words that were touched are cleared. For one thread. */
final class VisitedNodes {
    private long[] words = new long[64];
    private int[] touched = new int[64];
    private int touchedCount;
    private int visited;

    /** Forgets all. */
    void clear() {
        for (int i = 0; i < touchedCount; i++) {
            words[touched[i]] = 0;
        }
        touchedCount = 0;
        visited = 0;
    }

    /** Marks a node; false if it was marked already. */
    boolean add(int node) {
        int word = node >>> 6;
        if (word >= words.length) {
            words = Arrays.copyOf(words, Math.max(word + 1, words.length * 2));
        }
        long bits = words[word];
        long bit = 1L << node;
        if ((bits & bit) != 0) {
            return false;
        }
        if (bits == 0) {
            if (touchedCount == touched.length) {
                touched = Arrays.copyOf(touched, touchedCount * 2);
            }
            touched[touchedCount++] = word;
        }
        words[word] = bits | bit;
        visited++;
        return true;
    }

    boolean contains(int node) {
        int word = node >>> 6;
        return word < words.length && (words[word] & 1L << node) != 0;
    }

    /** Nodes marked since the last {@link #clear}. */
    int count() {
        return visited;
    }
}
