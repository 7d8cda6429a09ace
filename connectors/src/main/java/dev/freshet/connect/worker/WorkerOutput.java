package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.redact.Redaction;
import java.io.PrintStream;

/** What a worker tells its user: lines without secrets. Any thread may call it. */
final class WorkerOutput {
    private final PrintStream out;
    private final PrintStream err;

    WorkerOutput(PrintStream out, PrintStream err) {
        this.out = requireNonNull(out, "out is null");
        this.err = requireNonNull(err, "err is null");
    }

    void say(String line) {
        out.println(Redaction.redact(line));
        out.flush();
    }

    void problem(String line) {
        err.println("freshet: " + Redaction.redact(line));
        err.flush();
    }
}
