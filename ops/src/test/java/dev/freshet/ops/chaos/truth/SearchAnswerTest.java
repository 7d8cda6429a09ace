package dev.freshet.ops.chaos.truth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SearchAnswerTest {
    private static final String GOOD =
            "{\"id\": \"a#0\", \"row\": \"a\", \"chunk\": 0, \"distance\": 0.1, \"text\": \"[w1k1-v3-s1] Yes.\","
                    + " \"metadata\": {\"token\": \"w1k1\", \"text_version\": 3}}";

    private static SearchAnswer answer(String results, String coverage, String positions) {
        return SearchAnswer.of(Made.json("{\"results\": [" + results + "], \"coverage\": " + coverage
                + ", \"freshness\": {\"positions\": " + positions + "}}"));
    }

    private static SearchAnswer complete(String... results) {
        return answer(
                String.join(", ", results),
                "{\"partitions\": 2, \"answered\": 2, \"complete\": true}",
                "{\"0\": 4, \"1\": -1}");
    }

    private static void finds(SearchAnswer answer, Invariant invariant) {
        assertThat(answer.breach("here"))
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isEqualTo(invariant));
    }

    @Test
    void shouldReadAnAnswer() {
        SearchAnswer answer = complete(GOOD);

        assertThat(answer.breach("here")).isEmpty();
        assertThat(answer.hits()).extracting(SearchAnswer.Hit::id).containsExactly("a#0");
        assertThat(answer.reflects(0, 4)).isTrue();
        assertThat(answer.reflects(0, 5)).isFalse();
        assertThat(answer.reflects(1, 0)).isFalse();
        assertThat(answer.reflects(2, 0)).isFalse();
    }

    @Test
    void shouldFindAnswersThatLookComplete() {
        String positions = "{\"0\": 4}";
        finds(answer(GOOD, "{\"partitions\": 2, \"answered\": 1, \"complete\": true}", positions), Invariant.COVERAGE);
        finds(answer(GOOD, "{\"partitions\": 2, \"answered\": 2, \"complete\": true}", positions), Invariant.COVERAGE);
        assertThat(answer(GOOD, "{\"partitions\": 2, \"answered\": 1, \"complete\": false}", positions)
                        .breach("here"))
                .isEmpty();
    }

    @Test
    void shouldFindMixedVersions() {
        finds(complete(GOOD.replace("text_version\": 3", "text_version\": 4")), Invariant.NEWEST_VERSION);
        finds(
                complete(
                        GOOD,
                        GOOD.replace("a#0", "a#1")
                                .replace("v3", "v4")
                                .replace("text_version\": 3", "text_version\": 4")),
                Invariant.NEWEST_VERSION);
    }

    @Test
    void shouldFindDuplicatesAndDisorder() {
        finds(complete(GOOD, GOOD), Invariant.EXACT_IDS);
        for (String distance : List.of("0.05", "\"NaN\"")) {
            finds(complete(GOOD, GOOD.replace("a#0", "a#1").replace("0.1", distance)), Invariant.EXACT_SEARCH);
        }
    }
}
