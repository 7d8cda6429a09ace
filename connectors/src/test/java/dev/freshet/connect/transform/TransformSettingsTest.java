package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.privacy.ColumnPolicies;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class TransformSettingsTest {
    @Test
    void shouldHaveDefaults() {
        assertThat(TransformSettings.of(Map.of("datasets", "public.album:albums")))
                .isEqualTo(new TransformSettings(
                        "freshet.rows",
                        Map.of("public.album", "albums"),
                        Map.of(),
                        Set.of(),
                        ByteBuffer.wrap("__debezium_unavailable_value".getBytes(UTF_8))));
    }

    @Test
    void shouldTakeEverySetting() {
        assertThat(TransformSettings.of(Map.of(
                        "type", "dev.freshet.connect.transform.RowChangeTransform",
                        "datasets", "public.album:albums, public.odd:name:odd_1",
                        "text.columns", "albums.title,albums.a.b,odd_1.x",
                        "rows.topic", "prod.rows",
                        "ignored.tables", "public.signals",
                        "unavailable.value.placeholder", "hex:00ff")))
                .isEqualTo(new TransformSettings(
                        "prod.rows",
                        Map.of("public.album", "albums", "public.odd:name", "odd_1"),
                        Map.of("albums", Set.of("title", "a.b"), "odd_1", Set.of("x")),
                        Set.of("public.signals"),
                        ByteBuffer.wrap(new byte[] {0, (byte) 0xff})));
    }

    @Test
    void shouldTakePoliciesOfColumnsAndShowNoKey() {
        TransformSettings settings = TransformSettings.of(Map.of(
                "datasets", "public.album:albums",
                "column.policies", "albums.a.b:mask, albums.c:d:hash",
                "privacy.hash.key", "canary-0123456789"));
        assertThat(settings.columnPolicies())
                .isEqualTo(Map.of("albums", ColumnPolicies.parse(Map.of("a.b", "mask", "c:d", "hash"))));
        assertThat(settings.toString()).doesNotContain("canary");
    }

    @Test
    void shouldRefuseWhatIsWrongAndNameIt() {
        shouldRefuse(Map.of(), "datasets");
        shouldRefuse(Map.of("datasets", ""), "datasets");
        shouldRefuse(Map.of("datasets", "public.album"), "TABLE:DATASET");
        shouldRefuse(Map.of("datasets", "public.album:Albums"), "public.album:Albums");
        shouldRefuse(Map.of("datasets", ":albums"), ":albums");
        shouldRefuse(Map.of("datasets", "public.album:a,public.album:b"), "two datasets");
        shouldRefuse(Map.of("datasets", "public.album:a,public.artist:a"), "two tables");
        shouldRefuse(Map.of("datasets", "public.album:a", "text.columns", "title"), "DATASET.COLUMN");
        shouldRefuse(Map.of("datasets", "public.album:a", "text.columns", "b.title"), "text.columns");
        shouldRefuse(Map.of("datasets", "public.album:a", "ignored.tables", "public.album"), "ignored.tables");
        shouldRefuse(Map.of("datasets", "public.album:a", "rows.topic", ""), "rows.topic");
        shouldRefuse(Map.of("datasets", "public.album:a", "unavailable.value.placeholder", "hex:0"), "hexadecimal");
        shouldRefuse(Map.of("datasets", "public.album:a", "colum.policies", "a.mail:drop"), "'colum.policies'");
        shouldRefuse(Map.of("datasets", "public.album:a", "column.policies", "a.mail"), "DATASET.COLUMN:POLICY");
        shouldRefuse(Map.of("datasets", "public.album:a", "column.policies", "a.mail:erase"), "keep, drop, mask, hash");
        shouldRefuse(
                Map.of("datasets", "public.album:a", "column.policies", "b.mail:drop"), "no table has this dataset");
        shouldRefuse(
                Map.of("datasets", "public.album:a", "column.policies", "a.mail:drop,a.mail:mask"), "two policies");
        shouldRefuse(Map.of("datasets", "public.album:a", "column.policies", "a.mail:hash"), "privacy.hash.key");
        shouldRefuse(Map.of("datasets", "public.album:a", "privacy.hash.key", "short"), "at least 16");
    }

    @Test
    void shouldTellConnectsValidationWhatIsWrong() {
        assertThat(TransformSettings.definition().validate(Map.of("datasets", "public.album")))
                .filteredOn(value -> value.name().equals("datasets"))
                .singleElement()
                .satisfies(value -> assertThat(value.errorMessages())
                        .singleElement()
                        .asString()
                        .contains("TABLE:DATASET"));
        assertThat(TransformSettings.definition().validate(Map.of()))
                .filteredOn(value -> value.name().equals("datasets"))
                .singleElement()
                .satisfies(value -> assertThat(value.errorMessages()).isNotEmpty());
    }

    private static void shouldRefuse(Map<String, String> settings, String message) {
        assertThatThrownBy(() -> TransformSettings.of(settings))
                .as("%s", settings)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }
}
