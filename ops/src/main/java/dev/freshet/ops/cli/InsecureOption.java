package dev.freshet.ops.cli;

import picocli.CommandLine.Option;

/** {@code --insecure}. */
final class InsecureOption {
    @Option(
            names = "--insecure",
            description =
                    "Start on an address that others can reach (http.host) although there is no TLS, or callers need"
                            + " neither key nor certificate.")
    private boolean given;

    boolean given() {
        return given;
    }
}
