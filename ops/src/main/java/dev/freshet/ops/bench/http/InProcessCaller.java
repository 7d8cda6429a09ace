package dev.freshet.ops.bench.http;

import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.search.SearchRequest;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Searches in this process. Thread-safe. */
final class InProcessCaller implements CallLoop.Caller {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final SearchService service;
    private final List<SearchRequest> requests;

    InProcessCaller(SearchService service, long indexId, float[][] queries, int k, @Nullable Integer ef) {
        this.service = service;
        this.requests = List.of(queries).stream()
                .map(query -> new SearchRequest(
                        indexId, null, query, k, ef, false, null, false, false, null, Map.of(), false, TIMEOUT))
                .toList();
    }

    @Override
    public void call(int number) throws IOException {
        search(number);
    }

    SearchResponse search(int number) throws IOException {
        SearchResponse response = service.search(requests.get(number));
        if (!response.coverage().complete()) {
            throw new IOException("a search was answered by " + response.coverage() + " only");
        }
        return response;
    }
}
