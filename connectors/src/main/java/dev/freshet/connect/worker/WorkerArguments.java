package dev.freshet.connect.worker;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigException;

/**
 * The arguments of {@link ConnectWorker}: {@code [--with-parent] [--dry-run] [--json] [--config FILE] [--set KEY=VALUE]… FILE…}.
 *
 * @param settings of the worker; those of {@code --set} win over the file's
 * @param files of sources, at least one
 * @param dryRun only show what the files become
 * @param json show that as JSON
 * @param withParent end when standard input does
 */
record WorkerArguments(
        Map<String, String> settings, List<Path> files, boolean dryRun, boolean json, boolean withParent) {
    static final String USAGE =
            "usage: ConnectWorker [--with-parent] [--dry-run] [--json] [--config FILE] [--set KEY=VALUE]... FILE...";

    WorkerArguments {
        settings = Map.copyOf(settings);
        files = List.copyOf(files);
    }

    /**
     * Reads them, and the file of {@code --config}.
     *
     * @throws IllegalArgumentException if they are not as above
     */
    static WorkerArguments parse(List<String> arguments) throws IOException {
        Map<String, String> fromFile = new LinkedHashMap<>();
        Map<String, String> set = new LinkedHashMap<>();
        List<Path> files = new ArrayList<>();
        boolean dryRun = false;
        boolean json = false;
        boolean withParent = false;
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            switch (argument) {
                case "--dry-run" -> dryRun = true;
                case "--json" -> json = true;
                case "--with-parent" -> withParent = true;
                case "--config" -> {
                    i++;
                    fromFile.putAll(read(Path.of(value(argument, arguments, i))));
                }
                case "--set" -> {
                    i++;
                    put(set, value(argument, arguments, i));
                }
                default -> {
                    if (argument.startsWith("--")) {
                        throw new IllegalArgumentException("there is no option " + argument + "; " + USAGE);
                    }
                    files.add(Path.of(argument));
                }
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no source file is given; " + USAGE);
        }
        fromFile.putAll(set);
        return new WorkerArguments(fromFile, files, dryRun, json, withParent);
    }

    private static String value(String option, List<String> arguments, int at) {
        if (at >= arguments.size()) {
            throw new IllegalArgumentException(option + " needs a value; " + USAGE);
        }
        return arguments.get(at);
    }

    private static void put(Map<String, String> settings, String setting) {
        int equals = setting.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--set needs KEY=VALUE; " + USAGE);
        }
        settings.put(setting.substring(0, equals), setting.substring(equals + 1));
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(in);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(file + " is no file of Java properties: " + e.getMessage());
        }
        Map<String, String> settings = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }
}
