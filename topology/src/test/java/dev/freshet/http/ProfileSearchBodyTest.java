package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.SearchDefaults;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileSearchBodyTest {
    private static final SearchDefaults DEFAULTS = new SearchDefaults(20, 30, 0.5, true, "{\"eq\":{\"a\":1}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                          | {\"k\":20,\"ef\":30,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"k\":null}                | {\"k\":20,\"ef\":30,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"k\":40}                  | {\"k\":40,\"ef\":40,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"ef\":7}                  | {\"ef\":7,\"k\":7,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"ef\":70}                 | {\"ef\":70,\"k\":20,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"exact\":true}            | {\"exact\":true,\"k\":20,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"exact\":false,\"k\":1}   | {\"exact\":false,\"k\":1,\"ef\":30,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"k\":\"x\",\"ef\":1.5}    | {\"k\":\"x\",\"ef\":1.5,\"score_threshold\":0.5,\"group_by_row\":true}",
                "{\"score_threshold\":0.1,\"group_by_row\":false,\"k\":1,\"ef\":1} | {\"score_threshold\":0.1,\"group_by_row\":false,\"k\":1,\"ef\":1}",
                "{\"queries\":[{\"k\":2},{}],\"timeout_ms\":5} | {\"queries\":[{\"k\":2,\"ef\":30,\"score_threshold\":0.5,\"group_by_row\":true},{\"k\":20,\"ef\":30,\"score_threshold\":0.5,\"group_by_row\":true}],\"timeout_ms\":5}",
                "{\"queries\":[1],\"index\":\"i\",\"dataset\":\"d\"} | {\"queries\":[1]}",
            })
    void fillsInWhatIsNotSaid(String given, String completed) {
        ProfileSearchBody body = ProfileSearchBody.read(given.getBytes(UTF_8));
        String before = body.search().toString();
        assertThat(body.completed(DEFAULTS)).hasToString(completed);
        assertThat(body.completed(SearchDefaults.NONE)).hasToString(before);
        assertThat(body.search()).as("it may be completed once more").hasToString(before);
        assertThat(body.index()).isEqualTo(given.contains("\"i\"") ? "i" : null);
    }
}
