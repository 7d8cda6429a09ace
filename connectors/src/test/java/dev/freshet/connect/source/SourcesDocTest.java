package dev.freshet.connect.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Holds docs/sources.md to the code. */
class SourcesDocTest {
    /** The names in the first column of a table. */
    private static final Pattern ROW = Pattern.compile("^\\| ((?:`[a-z.]+`(?:, )?)+) \\|", Pattern.MULTILINE);

    private static final Pattern NAME = Pattern.compile("`([a-z.]+)`");

    @Test
    void everySettingIsDescribedAndNoOther() throws IOException {
        Set<String> described = new HashSet<>();
        Matcher row = ROW.matcher(doc());
        while (row.find()) {
            Matcher name = NAME.matcher(row.group(1));
            while (name.find()) {
                described.add(name.group(1));
            }
        }
        assertThat(described).isEqualTo(SourceConfig.definition().names());
    }

    @Test
    void topicsSlotAndExampleAreAsTheCodeHasThem() throws IOException {
        String doc = doc();
        ConnectTopics topics = ConnectTopics.of("freshet");
        for (String topic :
                List.of(topics.configs(), topics.offsets(), topics.status(), topics.signals(), topics.heartbeats())) {
            assertThat(doc).contains(topic.substring(topics.prefix().length()));
        }
        assertThat(doc)
                .contains(
                        topics.schemaHistory("<name>").substring(topics.prefix().length()));
        Matcher example = Pattern.compile("```properties\n# shop.properties\n(.*?)```", Pattern.DOTALL)
                .matcher(doc);
        assertThat(example.find()).isTrue();
        TreeMap<String, String> settings = new TreeMap<>();
        example.group(1)
                .lines()
                .forEach(line -> settings.put(line.replaceFirst("=.*", ""), line.replaceFirst("^[^=]*=", "")));
        ConnectorConfig connector = new SourceExpansion(topics, "127.0.0.1:19092").expand(new SourceConfig(settings));
        assertThat(doc)
                .contains("Slot and publication are called `<topic.prefix>_<name>`, here `"
                        + connector.settings().get("slot.name") + "`");
    }

    private static String doc() throws IOException {
        return Files.readString(Path.of("..", "docs", "sources.md"), UTF_8);
    }
}
