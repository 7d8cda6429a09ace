package dev.freshet.embed.remote;

import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.BoundedBody.TooLongException;
import dev.freshet.embed.remote.CallResult.Embedded;
import dev.freshet.embed.remote.CallResult.Failed;
import dev.freshet.embed.remote.CallResult.Reason;
import dev.freshet.embed.remote.CallResult.Refused;
import dev.freshet.embed.remote.EmbeddingApi.BadAnswerException;
import dev.freshet.embed.remote.EmbeddingApi.Vectors;
import dev.freshet.embed.remote.ProviderClient.Reply;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.util.BitSet;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Makes out what a provider's answer, or the lack of one, means. Thread-safe. */
final class ReplyReader {
    private static final int BYTES_PER_COMPONENT = 32;
    private static final int BYTES_BESIDE = 1 << 20;

    private final RemoteModel model;
    private final EmbeddingApi api;
    private final Clock clock;

    ReplyReader(RemoteModel model, EmbeddingApi api, Clock clock) {
        this.model = model;
        this.api = api;
        this.clock = clock;
    }

    /** The longest answer that so many texts can have: twice what their vectors take at 32 bytes for a number, and a MiB for everything else. */
    int answerBytesMax(int texts) {
        return (int)
                Math.min(Integer.MAX_VALUE - 8L, BYTES_BESIDE + 2L * texts * model.dimensions() * BYTES_PER_COMPONENT);
    }

    CallResult read(@Nullable Reply reply, @Nullable Throwable failure, int texts) {
        if (reply == null) {
            return failed(failure);
        }
        if (reply.status() != 200) {
            return refusedOrFailed(reply);
        }
        try {
            return checked(api.read(reply.body(), texts));
        } catch (BadAnswerException e) {
            // Without its cause, which may show what the provider repeated.
            return failure(Reason.BAD_ANSWER, reply.withoutSecret(String.valueOf(e.getMessage())));
        } catch (IOException e) {
            return failure(Reason.BAD_ANSWER, e.getClass().getSimpleName());
        }
    }

    private CallResult checked(Vectors answer) {
        BitSet usable = new BitSet();
        for (int index = 0; index < answer.vectors().size(); index++) {
            float[] vector = answer.vectors().get(index);
            if (vector.length != model.dimensions()) {
                return failure(
                        Reason.WRONG_DIMENSIONS,
                        "it gave a vector of " + vector.length + " dimensions, but model." + model.name()
                                + ".dimensions is " + model.dimensions()
                                + ": it is another model than configured; correct model." + model.name()
                                + ".model, or configure the other model under a name of its own");
            }
            usable.set(index, isUsable(vector));
        }
        return new Embedded(answer.vectors(), usable, answer.tokens());
    }

    private static boolean isUsable(float[] vector) {
        double squares = 0;
        for (float component : vector) {
            squares += (double) component * component;
        }
        return squares > 0 && Double.isFinite(squares);
    }

    private CallResult refusedOrFailed(Reply reply) {
        int status = reply.status();
        String message = reply.errorMessage();
        if (api.refuses(status, message)) {
            return new Refused("status " + status + ": " + message);
        }
        if (status == 429 || status == 408 || status == 425 || status >= 500) {
            return new Failed(
                    status == 429 ? Reason.THROTTLED : Reason.UNAVAILABLE,
                    "status " + status + ": " + message,
                    RetryAfter.of(reply.headers(), clock.instant()).orElse(null),
                    status >= 500);
        }
        // What a provider says of a key may hold parts of it.
        String detail = status == 401 || status == 403 ? "" : ": " + message;
        return failure(Reason.MISCONFIGURED, "status " + status + detail + "; " + api.remedy(status));
    }

    // Causes stay behind: what the JDK says of a broken answer may repeat parts of it.
    private CallResult failed(@Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof EmbeddingException unusable) {
            return failure(Reason.MISCONFIGURED, String.valueOf(unusable.getMessage()));
        }
        if (cause instanceof TooLongException) {
            return failure(Reason.BAD_ANSWER, String.valueOf(cause.getMessage()));
        }
        if (cause instanceof HttpTimeoutException || cause instanceof CancellationException) {
            return failure(Reason.TIMEOUT, "no answer in time");
        }
        return failure(Reason.UNAVAILABLE, "no answer: " + ProviderJson.shortened(described(cause)));
    }

    private String described(@Nullable Throwable cause) {
        String text = String.valueOf(cause);
        return model.key().hidden(text);
    }

    private static Failed failure(Reason reason, String message) {
        return new Failed(reason, message, null);
    }
}
