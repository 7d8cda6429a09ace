package dev.freshet.embed.remote;

import static java.util.Objects.requireNonNull;

import dev.freshet.embed.ModelInfo;
import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A model behind HTTP, as its operator describes it. No request names any of this.
 *
 * @param name what users call it here
 * @param provider whose API it is spoken to with
 * @param url where the provider is, without the API's path, for example {@code http://localhost:11434} or {@code https://api.openai.com/v1}; http or https,
 *     and never with a user, a query or a fragment, where secrets hide
 * @param model what the provider calls it
 * @param dimensions components of each vector, 1 to 4096
 * @param requestDimensions whether the provider is asked for vectors of so many dimensions; for models that can shorten theirs
 * @param maxTokens longest text in tokens, special ones included, at least 8
 * @param revision tells apart models of which the provider says the same; may be empty
 * @param keepAlive how long Ollama keeps the model loaded, for example {@code 30m}; empty leaves it to Ollama
 * @param charactersPerToken see {@link TokenEstimate}
 */
public record RemoteModel(
        String name,
        Provider provider,
        URI url,
        String model,
        int dimensions,
        boolean requestDimensions,
        int maxTokens,
        String revision,
        String keepAlive,
        double charactersPerToken,
        ApiKey key) {

    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d+){3}|\\[::1]");

    /** An API that is spoken. */
    public enum Provider {
        OLLAMA,
        OPENAI
    }

    public RemoteModel {
        requireNonNull(name, "name is null");
        requireNonNull(provider, "provider is null");
        requireNonNull(model, "model is null");
        requireNonNull(revision, "revision is null");
        requireNonNull(keepAlive, "keepAlive is null");
        requireNonNull(key, "key is null");
        requireUrl(url);
        if (model.isBlank()) {
            throw new IllegalArgumentException("model is blank");
        }
        new ModelInfo(name, model, dimensions, maxTokens, "");
        new TokenEstimate(charactersPerToken);
    }

    // The message must not repeat the URL: what is wrong with it may be the password in it.
    private static void requireUrl(URI url) {
        requireNonNull(url, "url is null");
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        if ((!scheme.equals("http") && !scheme.equals("https")) || url.getHost() == null) {
            throw new IllegalArgumentException("the URL must be http://HOST… or https://HOST…");
        }
        if (url.getRawUserInfo() != null || url.getRawQuery() != null || url.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "the URL must have no user, query or fragment: give a key as a file or an environment variable");
        }
    }

    /** Whether whoever sees the network's traffic sees the key. */
    public boolean sendsKeyInClear() {
        return !key.isNone()
                && "http".equalsIgnoreCase(url.getScheme())
                && !LOOPBACK.matcher(url.getHost()).matches();
    }

    /** What is known without asking: the fingerprint is the caller's to give. */
    ModelInfo info(String fingerprint) {
        return new ModelInfo(
                name, revision.isEmpty() ? model : model + "@" + revision, dimensions, maxTokens, fingerprint);
    }

    /** The URL of a path of the API. */
    URI at(String path) {
        String base = url.toString();
        return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
}
