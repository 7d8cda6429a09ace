package dev.freshet.ops.bench.retrieval;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.freshet.schemas.key.RowKeys;
import java.util.List;

/**
 * How well questions find the rows that answer them.
 *
 * @param hitAt1 share of questions whose row comes first
 * @param hitAt10 share of questions whose row is among the first ten
 * @param mrrAt10 mean of 1 / rank, 0 beyond the first ten
 */
public record RetrievalFigures(
        @JsonProperty("hit_at_1") double hitAt1,
        @JsonProperty("hit_at_10") double hitAt10,
        @JsonProperty("mrr_at_10") double mrrAt10,
        int questions) {

    /** Adds up answers. Not thread-safe. */
    public static final class Sum {
        private static final int DEPTH = 10;

        private int questions;
        private int first;
        private int firstTen;
        private double reciprocalRanks;

        /**
         * Adds an answer.
         *
         * @param rows the row keys that were found, best first
         */
        public void add(Question question, List<String> rows) {
            questions++;
            int position = rows.indexOf(RowKeys.join(List.of(question.paragraph())));
            if (position >= 0 && position < DEPTH) {
                first += position == 0 ? 1 : 0;
                firstTen++;
                reciprocalRanks += 1.0 / (position + 1);
            }
        }

        public int questions() {
            return questions;
        }

        public RetrievalFigures figures() {
            double count = Math.max(questions, 1);
            return new RetrievalFigures(first / count, firstTen / count, reciprocalRanks / count, questions);
        }
    }
}
