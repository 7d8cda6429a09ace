package dev.freshet.ops.chaos.truth;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what an index holds with what its rows imply: the same ids, the newest version of each row, and nothing else. Pure; for one comparison. */
final class RowComparison {
    /** Vectors travel as decimals and as bits, and are of length 1 or a little more. */
    private static final double TOLERANCE = 1e-5;

    private static final int DETAILS_MAX = 8;

    private final String where;
    private final Map<Breach, List<String>> breaches = new LinkedHashMap<>();

    private record Breach(Invariant invariant, String what) {}

    private RowComparison(String where) {
        this.where = where;
    }

    /**
     * Compares.
     *
     * @param where the found ones are from, for the findings
     * @param deleted keys that had a row and have none
     */
    static List<Finding> of(
            String where, Map<String, ExpectedRow> expected, Map<String, FoundRow> found, Set<String> deleted) {
        RowComparison comparison = new RowComparison(where);
        expected.forEach((key, row) -> {
            FoundRow there = found.get(key);
            if (there == null) {
                comparison.breach(
                        Invariant.ACKNOWLEDGED_SEARCHABLE,
                        "rows are missing",
                        key + " of offset " + row.last() + " in partition " + row.partition());
            } else {
                comparison.row(row, there);
            }
        });
        found.forEach((key, row) -> {
            if (!expected.containsKey(key)) {
                boolean back = deleted.contains(key);
                comparison.breach(
                        back ? Invariant.NO_RESURRECTION : Invariant.EXACT_IDS,
                        back ? "deleted rows are there" : "rows are there that nobody wrote",
                        key + " of version " + row.version() + " with " + row.texts());
            }
        });
        return comparison.findings();
    }

    private void row(ExpectedRow expected, FoundRow found) {
        String key = expected.key();
        if (found.partition() >= 0 && found.partition() != expected.partition()) {
            breach(
                    Invariant.EXACT_IDS,
                    "rows are in a wrong partition",
                    key + ": " + found.partition() + " instead of " + expected.partition());
        }
        if (found.version() < expected.from() || found.version() > expected.last()) {
            breach(
                    Invariant.NEWEST_VERSION,
                    "rows are not of their newest version",
                    key + ": " + found.version() + " instead of " + expected.from() + " to " + expected.last());
            return;
        }
        if (!expected.metadata().equals(found.metadata())) {
            breach(
                    Invariant.NEWEST_VERSION,
                    "rows have other metadata than their newest version",
                    key + ": " + found.metadata() + " instead of " + expected.metadata());
        }
        if (expected.failed()) {
            failed(expected, found);
        } else if (!found.failure().isEmpty()) {
            breach(Invariant.ACKNOWLEDGED_SEARCHABLE, "good rows are marked as failed", key + ": " + found.failure());
        } else {
            chunks(expected, found);
        }
    }

    private void failed(ExpectedRow expected, FoundRow found) {
        if (found.failure().isEmpty()) {
            breach(
                    Invariant.REFUSALS,
                    "rows that no index can take are not marked as failed",
                    expected.key() + ": " + found.chunks().size() + " chunks");
        } else if (!found.chunks().isEmpty() && !expected.earlier().contains(found.texts())) {
            breach(
                    Invariant.NEWEST_VERSION,
                    "failed rows have chunks of none of their earlier versions",
                    expected.key() + ": " + found.texts());
        }
    }

    private void chunks(ExpectedRow expected, FoundRow found) {
        String key = expected.key();
        List<Integer> wanted = expected.chunks().stream().map(Chunk::ordinal).toList();
        List<Integer> ordinals =
                found.chunks().stream().map(Chunk::ordinal).sorted().toList();
        if (!ordinals.equals(wanted)) {
            breach(
                    Invariant.EXACT_IDS,
                    "rows have other chunks than their text implies",
                    key + ": " + ordinals + " instead of " + wanted);
            return;
        }
        for (Chunk chunk : found.chunks()) {
            Chunk right = expected.chunks().get(chunk.ordinal());
            if (!right.text().equals(chunk.text())) {
                breach(
                        Invariant.WHOLE_TEXT,
                        "chunks have another text than the row's",
                        chunk.id(key) + ": '" + chunk.text() + "' instead of '" + right.text() + "'");
            } else if (!same(right.vector(), chunk.vector())) {
                breach(
                        Invariant.ONE_MODEL,
                        "chunks have another vector than the model or the caller gave",
                        chunk.id(key) + " '" + chunk.text() + "'");
            }
        }
    }

    private static boolean same(float[] wanted, float[] found) {
        if (wanted.length != found.length) {
            return false;
        }
        for (int i = 0; i < wanted.length; i++) {
            // Not the other way round: what is no number is not the same.
            if (!(Math.abs(wanted[i] - found[i]) <= TOLERANCE * Math.max(1, Math.abs(wanted[i])))) {
                return false;
            }
        }
        return true;
    }

    private void breach(Invariant invariant, String what, String detail) {
        breaches.computeIfAbsent(new Breach(invariant, what), breach -> new ArrayList<>())
                .add(detail);
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        breaches.forEach((breach, details) -> findings.add(new Finding(
                breach.invariant(),
                where + ": " + details.size() + " × " + breach.what(),
                details.stream().sorted().limit(DETAILS_MAX).toList())));
        return findings;
    }
}
