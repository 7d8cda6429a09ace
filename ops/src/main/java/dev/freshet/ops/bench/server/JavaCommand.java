package dev.freshet.ops.bench.server;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How another JVM is started with the class path and the options of this one. */
public final class JavaCommand {
    private JavaCommand() {}

    /**
     * The command. Options are as this JVM was given them, but for what can only be there once or concerns the terminal.
     *
     * @param mainClass of what is to run
     */
    public static List<String> of(String mainClass, List<String> arguments) {
        return of(List.of(), mainClass, arguments);
    }

    /**
     * As above.
     *
     * @param options beside this JVM's
     */
    public static List<String> of(List<String> options, String mainClass, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> !option.startsWith("-agent")
                        && !option.startsWith("-javaagent")
                        && !option.startsWith("-Dfreshet.terminal"))
                .forEach(command::add);
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(arguments);
        return command;
    }
}
