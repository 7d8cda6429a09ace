package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Takes a value of every type of the databases through the transformation, and holds the tables in docs/source-types.md to that; {@code -Dfreshet.docs.update=true} writes them anew. */
class SourceTypesTest {
    private static final Path PAGE = Path.of("..", "docs", "source-types.md");
    private static final String END = "<!-- generated: end -->\n";
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    @ParameterizedTest
    @MethodSource("dev.freshet.connect.transform.TypeCases#postgres")
    void shouldTakeOverTypesOfPostgres(TypeCase type) throws JsonProcessingException {
        shouldTakeOver(DebeziumTable.postgres("public", "things"), type);
    }

    @ParameterizedTest
    @MethodSource("dev.freshet.connect.transform.TypeCases#mysql")
    void shouldTakeOverTypesOfMySqlAndMariaDb(TypeCase type) throws JsonProcessingException {
        shouldTakeOver(DebeziumTable.mysql("public", "things"), type);
        shouldTakeOver(DebeziumTable.mariadb("public", "things"), type);
    }

    @ParameterizedTest
    @MethodSource("dev.freshet.connect.transform.TypeCases#otherSettings")
    void shouldTakeOverWhatOtherSettingsSend(TypeCase type) throws JsonProcessingException {
        shouldTakeOver(DebeziumTable.postgres("public", "things"), type);
    }

    @Test
    void shouldDocumentTypesOfPostgresAsTheyAre() throws IOException {
        shouldHaveTheTable("postgres", types(TypeCases.postgres()));
    }

    @Test
    void shouldDocumentTypesOfMySqlAndMariaDbAsTheyAre() throws IOException {
        shouldHaveTheTable("mysql", types(TypeCases.mysql()));
    }

    @Test
    void shouldDocumentSettingsAsTheyAreDefined() throws IOException {
        shouldHaveTheTable(
                "TransformSettings",
                "| setting | meaning | default | valid |\n|---|---|---|---|\n"
                        + TransformSettings.definition().configKeys().values().stream()
                                .map(SourceTypesTest::setting)
                                .collect(Collectors.joining()));
    }

    private static String setting(ConfigDef.ConfigKey key) {
        String ofDefault = key.hasDefault() ? ConfigDef.convertToString(key.defaultValue, key.type) : "(required)";
        return "| `" + key.name + "` | " + key.documentation + " | "
                + (key.hasDefault() && !ofDefault.isEmpty() ? "`" + ofDefault + "`" : ofDefault) + " | "
                + (key.validator == null ? "" : key.validator) + " |\n";
    }

    private static String types(List<TypeCase> types) {
        return "| type | a value | Debezium sends | the row holds |\n|---|---|---|---|\n"
                + types.stream().map(TypeCase::row).collect(Collectors.joining());
    }

    private static void shouldTakeOver(DebeziumTable table, TypeCase type) throws JsonProcessingException {
        DebeziumTable things = table.column("id", Schema.INT64_SCHEMA)
                .column("thing", type.schema())
                .key("id");
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("id", 1L);
        row.put("thing", type.sent());

        RowChange change = Transforms.change(Transforms.create("public.things:things"), things.insert(row, 1));

        if (type.json() == null) {
            assertThat(change.getColumns()).containsOnlyKeys("id");
            assertThat(change.getSchema$().getColumns())
                    .filteredOn(column -> column.getName().equals("thing"))
                    .singleElement()
                    .satisfies(column -> assertThat(column.getType()).endsWith(", left out: binary"));
        } else {
            assertThat(change.getColumns())
                    .containsEntry("thing", ColumnValues.fromJson(MAPPER.readTree(type.json())))
                    .hasSize(2);
        }
    }

    private static void shouldHaveTheTable(String source, String table) throws IOException {
        String mark = "<!-- generated from " + source + " by SourceTypesTest: begin -->\n";
        String page = Files.readString(PAGE, UTF_8);
        assertThat(page)
                .as("the marks around the table of %s in %s", source, PAGE)
                .contains(mark);
        int begin = page.indexOf(mark) + mark.length();
        int end = page.indexOf(END, begin);
        assertThat(end).as("the end mark after the table of %s", source).isPositive();
        String expected = page.substring(0, begin) + table + page.substring(end);

        if (Boolean.getBoolean("freshet.docs.update")) {
            Files.writeString(PAGE, expected, UTF_8);
            return;
        }

        assertThat(page)
                .as(
                        "%s differs from the code; write it anew with: mvn -pl connectors -am test"
                                + " -Dtest=SourceTypesTest -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.docs.update=true",
                        PAGE)
                .isEqualTo(expected);
    }
}
