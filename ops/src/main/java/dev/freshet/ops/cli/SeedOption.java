package dev.freshet.ops.cli;

import picocli.CommandLine.Option;

/** {@code --seed}: of what a benchmark draws. */
final class SeedOption {
    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of what is drawn (default: ${DEFAULT-VALUE}).")
    private long seed;

    long value() {
        return seed;
    }
}
