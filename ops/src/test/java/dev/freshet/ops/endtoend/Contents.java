package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.endtoend.User.Found;
import dev.freshet.ops.endtoend.User.Hit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What an index holds must be what the rows say: each row once, whole, in its newest text, and nothing else. */
final class Contents {
    private Contents() {}

    /** A row as it was found: its chunks' texts in order, without white space, since chunks are trimmed where they meet. */
    record Shown(String text, String label) {
        static Shown of(Row row) {
            return new Shown(withoutSpace(row.text()), row.label());
        }
    }

    static Map<String, Shown> expected(Collection<Row> rows) {
        Map<String, Shown> expected = new TreeMap<>();
        rows.forEach(row -> expected.put(row.id(), Shown.of(row)));
        return expected;
    }

    /** The rows that the hits make, after checking that no chunk is there twice or missing in the middle. */
    static Map<String, Shown> shown(Collection<Hit> hits) {
        assertThat(hits.stream().map(Hit::id)).doesNotHaveDuplicates();
        Map<String, List<Hit>> byRow = new TreeMap<>();
        hits.forEach(hit ->
                byRow.computeIfAbsent(hit.row(), row -> new ArrayList<>()).add(hit));
        Map<String, Shown> shown = new TreeMap<>();
        byRow.forEach((row, chunks) -> {
            chunks.sort(Comparator.comparingInt(Hit::chunk));
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < chunks.size(); i++) {
                assertThat(chunks.get(i).chunk()).as("chunk of row %s", row).isEqualTo(i);
                text.append(chunks.get(i).text());
            }
            shown.put(row, new Shown(withoutSpace(text.toString()), label(chunks.get(0))));
        });
        return shown;
    }

    /** Checks a process that holds all partitions. */
    static void check(User user, String index, Collection<Row> rows) {
        Found everything = user.everything(index);
        assertThat(everything.complete()).as("complete coverage").isTrue();
        assertThat(everything.answered()).isEqualTo(Cluster.PARTITIONS);
        assertThat(shown(everything.hits())).isEqualTo(expected(rows));
    }

    static void checkEventually(User user, String index, Collection<Row> rows) {
        Eventually.passes(Eventually.LONG, () -> check(user, index, rows));
    }

    static String withoutSpace(String text) {
        return text.replaceAll("\\s+", "");
    }

    private static String label(Hit hit) {
        int at = hit.metadata().indexOf("\"label\":\"");
        assertThat(at).as(hit.metadata()).isNotNegative();
        int from = at + "\"label\":\"".length();
        return hit.metadata().substring(from, hit.metadata().indexOf('"', from));
    }
}
