package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CountedTokensTest {
    private final List<String> tokenised = new ArrayList<>();
    private final CountedTokens tokens = new CountedTokens(this::tokenise, 6);

    /** The lengths of the words. */
    private long[] tokenise(String text) {
        tokenised.add(text);
        return text.isEmpty()
                ? new long[0]
                : List.of(text.split(" ")).stream().mapToLong(String::length).toArray();
    }

    @Test
    void aTextThatWasCountedIsNotTokenisedAgainToBeEmbedded() {
        assertThat(tokens.count("one three seven")).isEqualTo(3);
        assertThat(tokens.take("one three seven")).containsExactly(3, 5, 5);
        assertThat(tokenised).hasSize(1);
        assertThat(tokens.take("one three seven")).containsExactly(3, 5, 5);
        assertThat(tokenised).as("they are kept for one embedding").hasSize(2);
    }

    @Test
    void aTextThatWasNotCountedIsTokenised() {
        assertThat(tokens.take("a search")).containsExactly(1, 6);
        assertThat(tokens.take("")).isEmpty();
    }

    @Test
    void whatTheModelDoesNotTakeIsNotKept() {
        assertThat(tokens.count("a b c d e f g")).isEqualTo(7);
        assertThat(tokens.take("a b c d e f g")).hasSize(7);
        assertThat(tokenised).hasSize(2);
    }

    @Test
    void onlyTheTextsCountedLastAreKept() {
        for (int i = 0; i < 10_000; i++) {
            tokens.count("text " + i);
        }
        tokenised.clear();
        assertThat(tokens.take("text 0")).containsExactly(4, 1);
        assertThat(tokens.take("text 9999")).containsExactly(4, 4);
        assertThat(tokenised).containsExactly("text 0");
    }
}
