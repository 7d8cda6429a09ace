package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What filters mean, case by case, and what is refused as none. {@link FilterOracleTest} compares many more with another reading of the rules. */
class FilterTest {
    private static final String ROW = json("""
            {'site': 'ams1', 'year': 2020, 'price': 19.90, 'open': true, 'none': null, 'empty': [], 'nulls': [null],
             'tags': ['red', 'blue', null], 'sizes': [1, 5], 'big': 9007199254740993, 'huge': 1e400, 'tiny': 1e-400,
             'owner': {'name': 'Ada', 'since': '2021-05-01'}, 'parts': [{'id': 1}, {'id': 2, 'ok': false}],
             'a.b': 'dot', 'c\\\\d': 'backslash', 'bare': {}, 'emoji': '\uD83D\uDE00', 'high': '\uFF5E'}""");

    private static String json(String quoted) {
        return quoted.replace('\'', '"');
    }

    private static boolean holds(String filter) {
        return Filter.parse(json(filter)).holds(ROW);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    {'eq': {'site': 'ams1'}}                        | true
                    {'eq': {'site': 'ams'}}                         | false
                    {'eq': {'site': 'ams1', 'year': 2020}}          | true
                    {'eq': {'site': 'ams1', 'year': 2021}}          | false
                    {'eq': {'year': 2020.0}}                        | true
                    {'eq': {'year': 202e1}}                         | true
                    {'eq': {'year': '2020'}}                        | false
                    {'eq': {'price': 19.9}}                         | true
                    {'eq': {'price': 19.900000000000000000001}}     | false
                    {'gt': {'price': 19.899999999999999999999}}     | true
                    {'eq': {'open': true}}                          | true
                    {'eq': {'open': false}}                         | false
                    {'eq': {'open': 'true'}}                        | false
                    {'ne': {'open': false}}                         | true
                    {'ne': {'missing': 1}}                          | true
                    {'ne': {'tags': 'red'}}                         | false
                    {'ne': {'tags': 'green'}}                       | true
                    {'eq': {'tags': 'blue'}}                        | true
                    {'in': {'tags': ['green', 'blue']}}             | true
                    {'in': {'year': [1, 2020.00, 'x', true]}}       | true
                    {'in': {'open': [1, true]}}                     | true
                    {'in': {'site': ['a', 'b']}}                    | false
                    {'nin': {'site': ['a', 'b']}}                   | true
                    {'nin': {'site': ['a', 'ams1']}}                | false
                    {'nin': {'missing': [1]}}                       | true
                    {'gt': {'year': 2019}}                          | true
                    {'gt': {'year': 2020}}                          | false
                    {'gte': {'year': 2020}}                         | true
                    {'gte': {'year': 2020.1}}                       | false
                    {'lt': {'year': 2020.1}}                        | true
                    {'lte': {'year': 2019.999}}                     | false
                    {'gte': {'year': 2020}, 'lt': {'year': 2021}}   | true
                    {'gte': {'year': 2010}, 'lt': {'year': 2020}}   | false
                    {'gt': {'year': '2019'}}                        | false
                    {'lt': {'missing': 5}}                          | false
                    {'lt': {'open': 5}}                             | false
                    {'gt': {'sizes': 4}}                            | true
                    {'lt': {'sizes': 1}}                            | false
                    {'eq': {'big': 9007199254740993}}               | true
                    {'eq': {'big': 9007199254740992}}               | false
                    {'gt': {'big': 9007199254740992}}               | true
                    {'eq': {'big': 9007199254740993.0}}             | true
                    {'lt': {'big': 9007199254740993.5}}             | true
                    {'eq': {'huge': 10e399}}                        | true
                    {'gt': {'huge': 1e399}}                         | true
                    {'lt': {'huge': 1e401}}                         | true
                    {'gt': {'tiny': 0}}                             | true
                    {'gt': {'tiny': 1e-401}}                        | true
                    {'lt': {'tiny': 1e-999999999}}                  | false
                    {'eq': {'owner.name': 'Ada'}}                   | true
                    {'gte': {'owner.since': '2021-01-01'}}          | true
                    {'gt': {'owner.since': '2021-05-01T00:00'}}     | false
                    {'eq': {'owner': 'Ada'}}                        | false
                    {'eq': {'parts.id': 2}}                         | true
                    {'eq': {'parts.ok': false}}                     | true
                    {'eq': {'a.b': 'dot'}}                          | false
                    {'eq': {'a\\\\.b': 'dot'}}                      | true
                    {'eq': {'c\\\\\\\\d': 'backslash'}}             | true
                    {'gt': {'emoji': '\uFF5E'}}                     | true
                    {'lt': {'high': '\uD83D\uDE00'}}                | true
                    {'exists': {'site': true, 'missing': false}}    | true
                    {'exists': {'none': true}}                      | false
                    {'exists': {'none': false}}                     | true
                    {'exists': {'empty': false, 'nulls': false}}    | true
                    {'exists': {'owner': true, 'bare': true}}       | true
                    {'exists': {'bare.x': false}}                   | true
                    {'not': {'lt': {'missing': 5}}}                 | true
                    {'not': {'eq': {'site': 'ams1'}}}               | false
                    {'or': [{'eq': {'site': 'x'}}, {'gt': {'year': 1}}]}  | true
                    {'or': [{'eq': {'site': 'x'}}, {'gt': {'year': 3000}}]} | false
                    {'and': [{'eq': {'open': true}}, {'not': {'or': [{'exists': {'x': true}}]}}]} | true
                    """)
    void means(String filter, boolean expected) {
        assertThat(holds(filter)).as(filter).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    []                                     | 'filter' is an array, must be a filter
                    {}                                     | 'filter' has no operator
                    {'eq': {'a': 1}, 'like': {'a': 1}}     | 'filter' has the unknown operator 'like'; known are eq, ne,
                    {'and': []}                            | 'filter.and' is empty
                    {'or': {'eq': {'a': 1}}}               | 'filter.or' is an object, must be an array of filters
                    {'and': [{'eq': {'a': 1}}, {'eq': 5}]} | 'filter.and[1].eq' is a number, must be an object of fields
                    {'not': [{'eq': {'a': 1}}]}            | 'filter.not' is an array, must be a filter
                    {'not': {'or': [{'gt': {}}]}}          | 'filter.not.or[0].gt' names no field
                    {'eq': {'a': null}}                    | 'filter.eq' compares a field with null, must be a string, a number or a boolean; {"exists"
                    {'eq': {'a': [1]}}                     | 'filter.eq' compares a field with an array
                    {'in': {'a': 1}}                       | 'filter.in' compares a field with a number, must be an array of 1 to 1000
                    {'in': {'a': []}}                      | 'filter.in' compares a field with an empty array
                    {'nin': {'a': [{}]}}                   | 'filter.nin' compares a field with an object
                    {'gt': {'a': true}}                    | 'filter.gt' compares a field with a boolean, must be a number or a string
                    {'exists': {'a': 1}}                   | 'filter.exists' has a number for a field, must be true or false
                    {'exists': 'a'}                        | 'filter.exists' is a string, must be an object of fields
                    {'eq': {'': 1}}                        | which has an empty name in it
                    {'eq': {'a..b': 1}}                    | which has an empty name in it
                    {'eq': {'a.': 1}}                      | which has an empty name in it
                    {'eq': {'a\\\\b': 1}}                  | in which a backslash stands alone
                    {'eq': {'a\\\\': 1}}                   | in which a backslash stands alone
                    {'eq': {'a': '\\ud800'}}               | half a surrogate pair
                    {'eq': {'a': 1}, 'eq': {'b': 1}}       | not valid JSON: Duplicate
                    {'eq': {'a': 1}} x                     | not valid JSON
                    {'eq': {'a': NaN}}                     | not valid JSON
                    """)
    void refuses(String filter, String message) {
        assertRefused(json(filter), message);
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        String deepest = "{\"not\":".repeat(15) + "{\"eq\":{\"a\":1}}" + "}".repeat(15);
        assertThat(Filter.parse(deepest).holds("{}")).isTrue();
        assertRefused("{\"not\":" + deepest + "}", "is within 16 others, at most 16");

        String most = "{\"eq\":{" + fields(256) + "}}";
        assertThat(Filter.parse(most).holds("{" + fields(256) + "}")).isTrue();
        assertRefused("{\"and\":[" + most + ",{\"lt\":{\"x\":1}}]}", "'filter.and[1].lt' is beyond the limit of 256");

        assertThat(Filter.parse("{\"in\":{\"a\":[" + numbers(1_000) + "]}}").holds("{\"a\":999}"))
                .isTrue();
        assertRefused("{\"in\":{\"a\":[" + numbers(1_001) + "]}}", "an array of 1001, must be an array of 1 to 1000");
    }

    private static String fields(int count) {
        return IntStream.range(0, count).mapToObj(i -> "\"f" + i + "\":" + i).collect(Collectors.joining(","));
    }

    private static String numbers(int count) {
        return IntStream.range(0, count).mapToObj(String::valueOf).collect(Collectors.joining(","));
    }

    @Test
    void refusesNumbersThatAreNone() {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        assertThatThrownBy(() -> Filter.parse(
                        nodes.objectNode().set("lt", nodes.objectNode().put("a", Double.POSITIVE_INFINITY))))
                .hasMessageContaining("'filter.lt' compares a field with Infinity");
    }

    private static void assertRefused(String filter, String message) {
        assertThatThrownBy(() -> Filter.parse(filter))
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_FILTER))
                .hasMessageContaining(message);
    }

    @Test
    void keepsItsJsonAndJoins() {
        Filter left = Filter.parse("{ \"eq\" : {\"a\": 1.50}, \"gt\": {\"b\": 1e400} }");
        assertThat(Filter.parse(left.json())).isEqualTo(left).hasSameHashCodeAs(left);
        Filter both = left.and(Filter.parse("{\"lt\":{\"c\":\"x\"}}"));
        assertThat(both.holds("{\"a\":1.5,\"b\":1e401,\"c\":\"a\"}")).isTrue();
        assertThat(both.holds("{\"a\":1.5,\"b\":1e401,\"c\":\"y\"}")).isFalse();
        assertThat(both.holds("{\"a\":1.6,\"b\":1e401,\"c\":\"a\"}")).isFalse();
        assertThat(Filter.parse(both.json())).isEqualTo(both);
        assertThat(Filter.received(both.json())).isEqualTo(both);
    }

    @Test
    void twoThatAreJoinedShareNoLimit() {
        String most = "{\"eq\":{" + fields(256) + "}}";
        Filter wide = Filter.parse(most);
        Filter deep = Filter.parse("{\"not\":".repeat(15) + "{\"eq\":{\"a\":1}}" + "}".repeat(15));
        for (Filter both : List.of(wide.and(wide), deep.and(wide), wide.and(deep))) {
            assertThat(both.holds("{" + fields(256) + "}")).isTrue();
            assertThat(both.holds("{}")).isFalse();
            Filter received = Filter.received(both.json());
            assertThat(received).isEqualTo(both);
            assertThat(received.holds("{" + fields(256) + "}")).isTrue();
            assertThat(received.holds("{}")).isFalse();
            assertRefused(both.json(), "'filter.and[");
        }
        assertThat(Filter.received(most)).isEqualTo(wide);
        assertThatThrownBy(() -> Filter.received("{\"and\":[" + most + "," + most + "," + most + "]}"))
                .hasMessageContaining("beyond the limit of 512");
    }

    @Test
    void metadataThatAreNoObjectHaveNoFields() {
        Filter missing = Filter.parse("{\"exists\":{\"a\":false}}");
        assertThat(missing.holds("")).isTrue();
        assertThat(missing.holds("[{\"a\":1}]")).isTrue();
        assertThat(missing.holds("{\"a\":1")).isTrue();
    }
}
