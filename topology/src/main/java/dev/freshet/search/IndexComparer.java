package dev.freshet.search;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Comparison.Difference;
import dev.freshet.search.Comparison.Side;
import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Asks two indexes over the same rows the same queries: how well each finds what an exact search finds, and how far they agree. One query after the other on the
 * caller's thread, so that it takes little from the searches that go on. What changes in between counts as a miss. Queries are drawn from the rows of this process; they are asked of all.
 */
final class IndexComparer {
    private static final int MOST_DIFFERENT_MAX = 5;
    private static final int QUERY_CHARACTERS_MIN = 20;
    private static final int QUERY_CHARACTERS_MAX = 300;

    private final GatheringSearchService search;
    private final QueryVectors vectors;
    private final StorePartitions local;

    IndexComparer(GatheringSearchService search, QueryVectors vectors, StorePartitions local) {
        this.search = search;
        this.vectors = vectors;
        this.local = local;
    }

    Comparison compare(ComparisonRequest request, IndexDefinition left, IndexDefinition right, long deadline)
            throws InterruptedException {
        requireComparable(left, right);
        List<String> queries = request.queries().isEmpty() ? draw(left, request) : request.queries();
        Tally leftTally = new Tally(left, request);
        Tally rightTally = new Tally(right, request);
        List<Difference> differences = new ArrayList<>(queries.size());
        for (String query : queries) {
            if (deadline - System.nanoTime() <= 0) {
                throw new FreshetException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        differences.size() + " of " + queries.size()
                                + " queries were compared within the timeout: give it more time, or compare fewer");
            }
            List<String> leftRows = leftTally.ask(query, deadline);
            List<String> rightRows = rightTally.ask(query, deadline);
            differences.add(new Difference(query, overlap(leftRows, rightRows), leftRows, rightRows));
        }
        return new Comparison(
                queries.size(),
                leftTally.side(),
                rightTally.side(),
                differences.stream().mapToDouble(Difference::overlap).average().orElse(0),
                differences.stream().filter(IndexComparer::sameFirst).count() / (double) queries.size(),
                differences.stream()
                        .filter(difference -> difference.overlap() < 1)
                        .sorted(Comparator.comparingDouble(Difference::overlap))
                        .limit(MOST_DIFFERENT_MAX)
                        .toList(),
                least(leftTally.coverage, rightTally.coverage));
    }

    private static void requireComparable(IndexDefinition left, IndexDefinition right) {
        for (IndexDefinition index : List.of(left, right)) {
            if (index.direct()) {
                throw bad("the vectors of index '" + index.name()
                        + "' are brought by callers: it has no model to ask a query with");
            }
        }
        if (left.id() == right.id()) {
            throw bad("the index '" + left.name() + "' cannot be compared with itself");
        }
        if (left.datasetId() != right.datasetId()) {
            throw bad("the indexes '" + left.name() + "' and '" + right.name()
                    + "' have different datasets, so that they have no rows in common");
        }
    }

    /** Sentences of random rows of the index, each row asked at most once. */
    private List<String> draw(IndexDefinition index, ComparisonRequest request) {
        if (!local.holdsSome(index.id())) {
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    "no partition of the index '" + index.name()
                            + "' answers in this process, so that no queries can be drawn from its rows: give 'queries', or try again soon");
        }
        Random random = new Random(request.seed());
        Set<String> queries = new LinkedHashSet<>();
        List<StoredImage> images = new ArrayList<>(local.sample(index.id(), request.sample(), random));
        Collections.shuffle(images, random);
        for (StoredImage image : images) {
            if (queries.size() < request.sample()) {
                sentence(image, random).ifPresent(queries::add);
            }
        }
        if (queries.isEmpty()) {
            throw bad("this process holds no row of the index '" + index.name()
                    + "' with text that a query could be drawn from: give 'queries'");
        }
        return List.copyOf(queries);
    }

    private static Optional<String> sentence(StoredImage image, Random random) {
        if (image.chunks().isEmpty()) {
            return Optional.empty();
        }
        String text = image.chunks().get(random.nextInt(image.chunks().size())).text();
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ROOT);
        sentences.setText(text);
        List<String> found = new ArrayList<>();
        int from = sentences.first();
        for (int to = sentences.next(); to != BreakIterator.DONE; from = to, to = sentences.next()) {
            String sentence = text.substring(from, to).strip();
            if (sentence.length() >= QUERY_CHARACTERS_MIN && sentence.length() <= QUERY_CHARACTERS_MAX) {
                found.add(sentence);
            }
        }
        if (!found.isEmpty()) {
            return Optional.of(found.get(random.nextInt(found.size())));
        }
        // One long sentence, or a writing without spaces between them: its beginning, whole characters only.
        int end = Math.min(text.length(), QUERY_CHARACTERS_MAX);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        String beginning = text.substring(0, end).strip();
        return beginning.isEmpty() ? Optional.empty() : Optional.of(beginning);
    }

    private static double overlap(List<String> left, List<String> right) {
        int most = Math.max(left.size(), right.size());
        return most == 0 ? 1 : common(left, right) / (double) most;
    }

    private static int common(List<String> left, List<String> right) {
        Set<String> both = new HashSet<>(left);
        both.retainAll(new HashSet<>(right));
        return both.size();
    }

    private static boolean sameFirst(Difference difference) {
        return !difference.left().isEmpty()
                && !difference.right().isEmpty()
                && difference.left().get(0).equals(difference.right().get(0));
    }

    private static Coverage least(Coverage left, Coverage right) {
        return left.answered() <= right.answered() ? left : right;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }

    /** What one of the indexes answered. */
    private final class Tally {
        private final IndexDefinition index;
        private final ComparisonRequest request;
        private final List<Double> recalls = new ArrayList<>();
        private final List<Long> nanos = new ArrayList<>();
        private Coverage coverage = new Coverage(1, 1);

        Tally(IndexDefinition index, ComparisonRequest request) {
            this.index = index;
            this.request = request;
        }

        /** The rows that a search of the graph finds. */
        List<String> ask(String query, long deadline) throws InterruptedException {
            float[] vector = vectors.vector(query, null, index, deadline);
            long began = System.nanoTime();
            List<String> found = rows(vector, false, deadline);
            nanos.add(System.nanoTime() - began);
            List<String> exact = rows(vector, true, deadline);
            if (!exact.isEmpty()) {
                recalls.add(common(found, exact) / (double) exact.size());
            }
            return found;
        }

        private List<String> rows(float[] vector, boolean exact, long deadline) throws InterruptedException {
            Integer ef = request.ef();
            SearchWidth width = search.width(index, request.k());
            int candidates = ef == null ? width.most() : Math.max(ef, request.k());
            SearchResponse response = search.search(
                    new VectorQuery(index.id(), vector, request.k(), candidates, exact, null, true, false, null),
                    ef == null ? width : null,
                    deadline);
            coverage =
                    nanos.isEmpty() && recalls.isEmpty() ? response.coverage() : least(coverage, response.coverage());
            return response.results().stream().map(SearchHit::row).toList();
        }

        Side side() {
            long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            return new Side(
                    index.id(),
                    search.statistics(index.id()).rows(),
                    recalls.stream().mapToDouble(Double::doubleValue).average().orElse(0),
                    sorted[sorted.length / 2] / 1e6);
        }
    }
}
