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

/** Holds the table in docs/configuration.md to the definition; {@code -Dfreshet.docs.update=true} writes it anew. */
class ConfigurationDocTest {
    private static final Path PAGE = Path.of("..", "docs", "configuration.md");
    private static final String BEGIN = "<!-- generated from FreshetConfig by ConfigurationDocTest: begin -->\n";
    private static final String END = "<!-- generated: end -->\n";

    @Test
    void shouldDocumentEverySettingAsItIsDefined() throws IOException {
        String page = Files.readString(PAGE, UTF_8);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        assertThat(page).as("the marks around the table in %s", PAGE).contains(BEGIN, END);
        String expected = page.substring(0, begin) + table() + page.substring(end);

        if (Boolean.getBoolean("freshet.docs.update")) {
            Files.writeString(PAGE, expected, UTF_8);
            return;
        }

        assertThat(page)
                .as(
                        "%s differs from FreshetConfig; write it anew with: mvn -pl topology -am test"
                                + " -Dtest=ConfigurationDocTest -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.docs.update=true",
                        PAGE)
                .isEqualTo(expected);
    }

    private static String table() {
        String rows = FreshetConfig.definition().configKeys().values().stream()
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
