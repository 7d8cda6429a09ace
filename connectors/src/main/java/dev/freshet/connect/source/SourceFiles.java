package dev.freshet.connect.source;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.config.ConfigException;

/** Reads source files: Java properties in UTF-8. */
public final class SourceFiles {
    private SourceFiles() {}

    /**
     * Reads and expands them, each one whole, before anything is done with any.
     *
     * @throws ConfigException that names the file and the setting
     */
    public static List<ConnectorConfig> expand(List<Path> files, SourceExpansion expansion) throws IOException {
        List<ConnectorConfig> connectors = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Path file : files) {
            ConnectorConfig connector;
            try {
                connector = expansion.expand(new SourceConfig(read(file)));
            } catch (ConfigException e) {
                throw new ConfigException(file + ": " + e.getMessage());
            }
            if (!names.add(connector.name())) {
                throw new ConfigException(file + ": another file has the name '" + connector.name() + "' too");
            }
            connectors.add(connector);
        }
        return List.copyOf(connectors);
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw new ConfigException("it is no file of Java properties: " + e.getMessage());
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
