package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import picocli.CommandLine.Option;

/** {@code --url}: which server a command talks to. */
final class ServerOption {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:FRESHET_URL:-" + FreshetClient.DEFAULT_URL + "}",
            description = "The server (default: FRESHET_URL, or " + FreshetClient.DEFAULT_URL + ").")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String url;

    FreshetClient client() {
        return new FreshetClient(url);
    }
}
