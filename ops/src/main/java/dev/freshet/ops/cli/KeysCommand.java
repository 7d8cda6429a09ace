package dev.freshet.ops.cli;

import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.KeysFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet keys}: the file of API keys of a server. It works on the file, not on the server. */
@Command(
        name = "keys",
        description = "Lists the API keys in a server's file. The file holds no key, only what it takes to know one.",
        footer = {
            "",
            "A server reads the file that its setting http.api.keys.file names, and takes changes within a second."
        },
        subcommands = {KeysCommand.Create.class, KeysCommand.Delete.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class KeysCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private FileOption option;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        return list(spec, option, json);
    }

    private static int list(CommandSpec spec, FileOption option, boolean json) throws IOException {
        List<KeyEntry> keys = option.file().read();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(
                    Map.of("keys", keys.stream().map(KeysCommand::shown).toList())));
        } else if (keys.isEmpty()) {
            out.println("there are no keys; ./freshet keys create makes one");
        } else {
            TextTable table = new TextTable("name", "role", "profile");
            keys.forEach(key -> table.add(
                    key.name(), key.role().text(), String.valueOf(key.profile() == null ? "-" : key.profile())));
            table.print(out, Terminal.columns());
        }
        return 0;
    }

    private static Map<String, String> shown(KeyEntry key) {
        Map<String, String> shown = new LinkedHashMap<>();
        shown.put("name", key.name());
        shown.put("role", key.role().text());
        if (key.profile() != null) {
            shown.put("profile", key.profile());
        }
        return shown;
    }

    /** {@code --file}. */
    static final class FileOption {
        @Option(
                names = "--file",
                paramLabel = "FILE",
                defaultValue = "${env:FRESHET_HTTP_API_KEYS_FILE:-${sys:user.home}/.freshet/api-keys}",
                description = "The file of keys (default: FRESHET_HTTP_API_KEYS_FILE, or ~/.freshet/api-keys).")
        private Path path;

        KeysFile file() {
            return new KeysFile(path);
        }
    }

    /** {@code freshet keys create}. */
    @Command(
            name = "create",
            description = "Makes a key, prints it, and adds it to the file. It is not shown again: nobody keeps it.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Create implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private FileOption option;

        @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose key it is.")
        private String name;

        @Option(
                names = "--role",
                required = true,
                paramLabel = "ROLE",
                description = "What it is good for: read (searches), write (rows, too) or admin (the catalog, too).")
        private KeyRole role;

        @Option(
                names = "--profile",
                paramLabel = "ID",
                description =
                        "Ties the key, with the role read, to a reader profile: it searches that and nothing else.")
        private @Nullable String profile;

        @Option(names = "--json", description = "Print it as JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            String key = KeyEntry.newKey(new SecureRandom());
            KeyEntry entry;
            try {
                entry = KeyEntry.of(name, role, profile, key);
            } catch (IllegalArgumentException e) {
                throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
            }
            option.file().add(entry);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                Map<String, String> shown = new LinkedHashMap<>(shown(entry));
                shown.put("key", key);
                shown.put("file", option.file().path().toString());
                out.println(CommandJson.write(shown));
            } else {
                out.println(key);
                PrintWriter err = spec.commandLine().getErr();
                err.println("This is the key of '" + name + "'. It is not shown again. Servers with http.api.keys.file="
                        + option.file().path() + " know it within a second.");
                err.flush();
            }
            return 0;
        }
    }

    /** {@code freshet keys delete}. */
    @Command(name = "delete", description = "Deletes a key from the file: servers refuse it within a second.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Delete implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Mixin
        private FileOption option;

        @Parameters(index = "0", paramLabel = "NAME", description = "The key's name.")
        private String name;

        @Option(names = "--json", description = "Print its name as JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException {
            if (!option.file().delete(name)) {
                throw new ParameterException(spec.commandLine(), "there is no key '" + name + "' in " + option.file());
            }
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? CommandJson.write(Map.of("deleted", name)) : "the key '" + name + "' is deleted");
            return 0;
        }
    }
}
