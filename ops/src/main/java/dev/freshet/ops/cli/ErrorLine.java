package dev.freshet.ops.cli;

import dev.freshet.ops.client.ClientException;
import dev.freshet.schemas.error.FreshetException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.config.ConfigException;
import picocli.CommandLine;

/** Turns a failure of a command into one line; the stack trace is shown only when asked for. */
final class ErrorLine implements CommandLine.IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
        command.getErr().println("freshet: " + oneLine(message(e)));
        if (command.getCommandSpec().root().userObject() instanceof FreshetCommand root && root.stacktrace()) {
            e.printStackTrace(command.getErr());
        }
        command.getErr().flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ").strip();
    }

    private static String message(Throwable e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        if (e instanceof UncheckedIOException && e.getCause() != null) {
            return message(e.getCause());
        }
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return "there is no file " + message;
        }
        if (e instanceof AccessDeniedException) {
            return "not allowed to open " + message;
        }
        if (e instanceof ClientException
                || e instanceof FreshetException
                || e instanceof ConfigException
                || e instanceof IOException) {
            return message;
        }
        return "failed unexpectedly: " + e.getClass().getSimpleName() + ": " + message
                + " (see more with --stacktrace)";
    }
}
