package dev.freshet.index;

import java.util.Arrays;

/**
 * A binary heap of nodes by distance, each as one long: the distance's sortable bits above, the node below. The smallest comes first; for the largest first
 * put in {@code ~key}. For one thread; kept and {@linkplain #clear cleared} between searches so that none allocates.
 */
final class NodeHeap {
    private long[] keys = new long[64];
    private int size;

    /** Orders by distance, then by node. */
    static long key(float distance, int node) {
        int bits = Float.floatToRawIntBits(distance);
        int sortable = bits ^ ((bits >> 31) & 0x7fffffff);
        return ((long) sortable << 32) | (node & 0xffffffffL);
    }

    static int node(long key) {
        return (int) key;
    }

    static float distance(long key) {
        int sortable = (int) (key >> 32);
        return Float.intBitsToFloat(sortable ^ ((sortable >> 31) & 0x7fffffff));
    }

    static int[] nodes(long[] keys) {
        int[] nodes = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            nodes[i] = node(keys[i]);
        }
        return nodes;
    }

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long first() {
        return keys[0];
    }

    void push(long key) {
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        int hole = size++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (keys[parent] <= key) {
                break;
            }
            keys[hole] = keys[parent];
            hole = parent;
        }
        keys[hole] = key;
    }

    long pop() {
        long first = keys[0];
        long moved = keys[--size];
        if (size > 0) {
            sink(moved);
        }
        return first;
    }

    /** Takes the first out and puts another in. */
    void replaceFirst(long key) {
        sink(key);
    }

    private void sink(long key) {
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && keys[child + 1] < keys[child]) {
                child++;
            }
            if (keys[child] >= key) {
                break;
            }
            keys[hole] = keys[child];
            hole = child;
        }
        keys[hole] = key;
    }
}
