package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.ServerAccess;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --url}, {@code --api-key} and {@code --cacert}: which server a command talks to, who it says it is, and whom it trusts. */
final class ServerOption {
    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "${env:FRESHET_URL:-" + FreshetClient.DEFAULT_URL + "}",
            description = "The server (default: FRESHET_URL, or " + FreshetClient.DEFAULT_URL + ").")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String url;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            defaultValue = "${env:FRESHET_API_KEY:-}",
            description = "The API key, if the server asks for one (default: FRESHET_API_KEY, which others on this"
                    + " machine cannot see as they can an option).")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String apiKey;

    @Option(
            names = "--cacert",
            paramLabel = "FILE",
            defaultValue = "${env:FRESHET_CACERT:-}",
            description = "The authorities that the certificate of an https server must come from: PEM (default:"
                    + " FRESHET_CACERT, or those that the JVM trusts).")
    private @Nullable Path authorities;

    FreshetClient client() {
        Path trusted = authorities == null || authorities.toString().isEmpty() ? null : authorities;
        return new FreshetClient(url, new ServerAccess(apiKey.isEmpty() ? null : apiKey, trusted));
    }
}
