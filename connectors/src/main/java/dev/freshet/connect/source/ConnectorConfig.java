package dev.freshet.connect.source;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.redact.Redaction;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The whole configuration of one connector, as Connect takes it. It prints itself without secrets.
 *
 * @param type of the database
 * @param settings all of them, by name
 * @param warnings what an operator should know, without secrets
 */
public record ConnectorConfig(String name, SourceType type, SortedMap<String, String> settings, List<String> warnings) {
    public ConnectorConfig {
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
        settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
        warnings = List.copyOf(warnings);
    }

    /** The settings to show: passwords are masked, references to them are not. */
    public SortedMap<String, String> shown() {
        SortedMap<String, String> shown = new TreeMap<>();
        settings.forEach((setting, value) -> shown.put(setting, Redaction.redact(setting, value)));
        return shown;
    }

    /** The topic of the history of tables, which MySQL and MariaDB need and Postgres does not. */
    public Optional<String> schemaHistoryTopic() {
        return Optional.ofNullable(settings.get(BinlogSettings.SCHEMA_HISTORY_TOPIC));
    }

    @Override
    public String toString() {
        return name + " " + shown();
    }
}
