package dev.freshet.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** Holds the tables in docs/configuration.md to the definitions; {@code -Dfreshet.docs.update=true} writes it anew. */
class ConfigurationDocTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String END = "<!-- generated: end -->\n";

    @Test
    void shouldDocumentEverySettingAsItIsDefined() throws IOException {
        shouldHaveTheTable("FreshetConfig", FreshetConfig.definition());
    }

    @Test
    void shouldDocumentEverySettingOfAModelAsItIsDefined() throws IOException {
        shouldHaveTheTable("ModelConfig", ModelConfig.definition());
    }

    private static void shouldHaveTheTable(String source, ConfigDef definition) throws IOException {
        String mark = "<!-- generated from " + source + " by ConfigurationDocTest: begin -->\n";
        String page = Files.readString(PAGE, UTF_8);
        assertThat(page)
                .as("the marks around the table of %s in %s", source, PAGE)
                .contains(mark);
        int begin = page.indexOf(mark) + mark.length();
        int end = page.indexOf(END, begin);
        assertThat(end).as("the end mark after the table of %s", source).isPositive();
        String expected = page.substring(0, begin) + table(definition) + page.substring(end);

        if (Boolean.getBoolean("freshet.docs.update")) {
            Files.writeString(PAGE, expected, UTF_8);
            return;
        }

        assertThat(page)
                .as(
                        "%s differs from %s; write it anew with: mvn -pl topology -am test"
                                + " -Dtest=ConfigurationDocTest -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.docs.update=true",
                        PAGE, source)
                .isEqualTo(expected);
    }

    private static String table(ConfigDef definition) {
        String rows = definition.configKeys().values().stream()
                .map(ConfigurationDocTest::row)
                .collect(Collectors.joining());
        return "| setting | meaning | type | default | valid | importance |\n|---|---|---|---|---|---|\n" + rows;
    }

    private static String row(ConfigDef.ConfigKey key) {
        return "| `" + key.name + "` | " + cell(key.documentation) + " | " + lower(key.type) + " | " + defaultOf(key)
                + " | " + (key.validator == null ? "" : cell(key.validator.toString())) + " | " + lower(key.importance)
                + " |\n";
    }

    private static String defaultOf(ConfigDef.ConfigKey key) {
        if (!key.hasDefault()) {
            return "(required)";
        }
        Object value = ConfigDef.convertToString(key.defaultValue, key.type);
        String text = String.valueOf(value);
        if (key.name.equals(FreshetConfig.STATE_DIRECTORY)) {
            // It is below the home directory, and must read the same on every machine.
            text = "~/" + Path.of(System.getProperty("user.home")).relativize(Path.of(text));
        }
        return text.isEmpty() || key.type == ConfigDef.Type.PASSWORD ? "(empty)" : "`" + text + "`";
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("\n", " ");
    }
}
