package dev.freshet.http;

import dev.freshet.refresh.DeadLetterService;
import dev.freshet.refresh.DeadLetterService.Content;
import dev.freshet.refresh.DeadLetterService.Filter;
import dev.freshet.refresh.DeadLetterService.Outcome;
import dev.freshet.refresh.LetterId;
import dev.freshet.refresh.LetterState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code /v1/dead-letters}: list and show what could not be taken, and have it tried again. */
final class DeadLetterRoutes {
    private static final List<String> REPLAY_FIELDS = List.of("ids", "dataset", "code", "all");
    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;
    private static final int IDS_MAX = 10_000;

    private final DeadLetterService letters;
    private final long maxBodyBytes;

    DeadLetterRoutes(DeadLetterService letters, HttpSettings settings) {
        this.letters = letters;
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/dead-letters", this::list, Access.ADMIN);
        routes.get("/v1/dead-letters/{id}", this::get, Access.ADMIN);
        routes.post("/v1/dead-letters/replay", this::replay, Access.ADMIN);
    }

    private void list(Context context) {
        QueryParameters parameters = QueryParameters.of(context, "dataset", "code", "state", "cursor", "limit");
        Filter filter =
                new Filter(parameters.text("dataset"), code(parameters.text("code")), state(parameters.text("state")));
        int limit = parameters.integer("limit", LIMIT_DEFAULT, 1, LIMIT_MAX);
        Answers.json(context, 200, DeadLetterList.of(letters.list(filter, parameters.text("cursor"), limit)));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        String id = context.pathParam("id");
        Content content = LetterId.parse(id)
                .flatMap(letters::find)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.DEAD_LETTER_NOT_FOUND,
                        "there is no dead letter '" + id + "'; GET /v1/dead-letters lists those that are kept"));
        Answers.json(context, 200, DeadLetterInfo.of(content));
    }

    private void replay(Context context) throws IOException {
        QueryParameters.of(context);
        JsonFields fields = JsonFields.of(HttpJson.read(RequestBody.json(context, maxBodyBytes)), REPLAY_FIELDS);
        List<String> ids = fields.texts("ids");
        boolean all = fields.flag("all", false);
        Filter filter = new Filter(fields.text("dataset"), code(fields.text("code")), null);
        boolean filtered = filter.dataset() != null || filter.code() != null;
        if ((ids == null ? 0 : 1) + (all ? 1 : 0) + (filtered ? 1 : 0) != 1) {
            throw bad("give one of 'ids', 'all': true, or 'dataset' and 'code' (either or both)");
        }
        if (ids != null && ids.size() > IDS_MAX) {
            throw bad("'ids' has " + ids.size() + " ids, at most " + IDS_MAX + " are taken: send them in parts");
        }
        Outcome outcome = ids == null ? letters.replay(filter) : letters.replay(ids);
        Answers.json(context, 200, ReplayAnswer.of(outcome));
    }

    private static @Nullable String code(@Nullable String code) {
        if (code != null
                && Arrays.stream(ErrorCode.values())
                        .noneMatch(known -> known.code().equals(code))) {
            throw bad("'code' is '" + code + "', which is no error code");
        }
        return code;
    }

    private static @Nullable LetterState state(@Nullable String state) {
        if (state == null) {
            return null;
        }
        return LetterState.parse(state)
                .orElseThrow(() -> bad("'state' is '" + state + "', must be one of "
                        + Arrays.stream(LetterState.values())
                                .map(LetterState::text)
                                .collect(Collectors.joining(", "))));
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
