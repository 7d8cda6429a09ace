package dev.freshet.index;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the {@code k} nearest of what it is offered. For one thread. */
final class NearestCollector {
    private final int k;
    private final PriorityQueue<Neighbor> farthestFirst = new PriorityQueue<>(Collections.reverseOrder());

    NearestCollector(int k) {
        this.k = k;
    }

    void offer(int slot, float distance) {
        if (isFull() && distance > farthest()) {
            return;
        }
        Neighbor neighbor = new Neighbor(slot, distance);
        if (farthestFirst.size() < k) {
            farthestFirst.add(neighbor);
        } else if (neighbor.compareTo(farthestFirst.element()) < 0) {
            farthestFirst.remove();
            farthestFirst.add(neighbor);
        }
    }

    boolean isFull() {
        return farthestFirst.size() >= k;
    }

    /** The distance of the farthest that is kept; there must be one. */
    float farthest() {
        return farthestFirst.element().distance();
    }

    List<Neighbor> nearestFirst() {
        List<Neighbor> neighbors = new ArrayList<>(farthestFirst);
        Collections.sort(neighbors);
        return neighbors;
    }
}
