package dev.freshet.ops.cli;

import java.io.PrintWriter;
import picocli.CommandLine;

/** The entry point. Exit codes: 0 success, 1 failure, 2 wrong usage. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command line; errors are one line on standard error. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new FreshetCommand());
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Main::wrongUsage);
        commandLine.setExecutionExceptionHandler(new ErrorLine());
        return commandLine;
    }

    private static int wrongUsage(CommandLine.ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("freshet: " + ErrorLine.oneLine(String.valueOf(e.getMessage())));
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(e, err)) {
            err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
        }
        return CommandLine.ExitCode.USAGE;
    }
}
