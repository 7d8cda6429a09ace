package dev.freshet.ops.chaos.truth;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects breaches as they are found. The first {@value #KEPT_MAX} of each invariant are kept: one cause may breach a thousand answers. Thread-safe.
 */
final class Findings {
    static final int KEPT_MAX = 20;

    private final Map<Invariant, List<Finding>> kept = new EnumMap<>(Invariant.class);

    synchronized void add(Finding finding) {
        List<Finding> known = kept.computeIfAbsent(finding.invariant(), invariant -> new ArrayList<>());
        if (known.size() < KEPT_MAX) {
            known.add(finding);
        }
    }

    void addAll(List<Finding> findings) {
        findings.forEach(this::add);
    }

    /** What was found since this was last asked. */
    synchronized List<Finding> take() {
        List<Finding> all = kept.values().stream().flatMap(List::stream).toList();
        kept.clear();
        return all;
    }
}
