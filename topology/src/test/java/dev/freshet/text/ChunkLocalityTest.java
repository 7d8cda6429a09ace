package dev.freshet.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One edit of one sentence, anywhere, re-embeds three chunks at most. */
final class ChunkLocalityTest {
    /** More can be tried with {@code -Dfreshet.test.edits}. */
    private static final int EDITS = Integer.getInteger("freshet.test.edits", 300);

    @ParameterizedTest
    @CsvSource({"en,true", "en,false", "zh,true", "zh,false", "th,true", "th,false"})
    void editOfOneSentenceChangesThreeChunksAtMost(String language, boolean paragraphs) {
        int changed = worstOf(language, paragraphs, new ChunkingOptions(1000, 0));

        assertThat(changed).isLessThanOrEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource({"en,true", "en,false"})
    void overlapAddsOneChunkAtMost(String language, boolean paragraphs) {
        int changed = worstOf(language, paragraphs, new ChunkingOptions(1000, 150));

        assertThat(changed).isLessThanOrEqualTo(4);
    }

    private static int worstOf(String language, boolean paragraphs, ChunkingOptions options) {
        Random random = Seeds.random("ChunkLocalityTest");
        Chunker chunker = new Chunker(options, text -> true);
        List<String> sentences = sentences(SharedTexts.paragraphs(language), paragraphs);
        Collections.rotate(sentences, random.nextInt(sentences.size()));
        String text = shortened(sentences, chunker);
        List<String> original = sentences(List.of(text), paragraphs);
        Set<String> known = texts(chunker, text);
        assertThat(known).hasSizeBetween(100, 240);
        int[] histogram = new int[10];
        for (int edit = 0; edit < EDITS; edit++) {
            String edited = String.join("", edited(original, random));
            Set<String> fresh = texts(chunker, edited);
            fresh.removeAll(known);
            histogram[Math.min(fresh.size(), histogram.length - 1)]++;
        }
        System.out.println(language + (paragraphs ? " with" : " without") + " paragraphs, " + known.size()
                + " chunks, edits by chunks changed: " + Arrays.toString(histogram));
        int worst = histogram.length - 1;
        while (histogram[worst] == 0) {
            worst--;
        }
        return worst;
    }

    /** As many sentences as make about 200 chunks. */
    private static String shortened(List<String> sentences, Chunker chunker) {
        int take = sentences.size();
        String text = String.join("", sentences);
        int chunks = chunker.chunk(text).size();
        if (chunks > 200) {
            take = (int) (take * 200L / chunks);
        }
        return String.join("", sentences.subList(0, take));
    }

    private static Set<String> texts(Chunker chunker, String text) {
        return chunker.chunk(text).stream().map(Chunk::text).collect(Collectors.toCollection(HashSet::new));
    }

    private static List<String> edited(List<String> sentences, Random random) {
        List<String> edited = new ArrayList<>(sentences);
        int place = random.nextInt(edited.size());
        String sentence = edited.get(place);
        String other = edited.get(random.nextInt(edited.size()));
        int middle = sentence.offsetByCodePoints(0, sentence.codePointCount(0, sentence.length()) / 2);
        switch (random.nextInt(6)) {
            case 0 -> edited.set(place, other);
            case 1 -> edited.add(place, other);
            case 2 -> edited.remove(place);
            case 3 ->
                edited.set(place, sentence.substring(0, middle) + " inserted words " + sentence.substring(middle));
            case 4 -> edited.set(place, sentence.substring(0, middle / 2) + sentence.substring(middle));
            default -> edited.set(place, "Altogether new sentence " + random.nextInt() + ". ");
        }
        return edited;
    }

    /** Sentences with the white space after them; what the iterator takes for one very long sentence is taken apart at spaces. */
    private static List<String> sentences(List<String> paragraphs, boolean keepParagraphs) {
        List<String> sentences = new ArrayList<>();
        BreakIterator iterator = BreakIterator.getSentenceInstance(Locale.ROOT);
        for (String paragraph : paragraphs) {
            String text = paragraphs.size() == 1 ? paragraph : paragraph.strip() + (keepParagraphs ? "\n\n" : " ");
            for (String block : text.split("(?<=\n\n)")) {
                iterator.setText(block);
                int start = 0;
                for (int end = iterator.next(); end != BreakIterator.DONE; end = iterator.next()) {
                    String sentence = block.substring(start, end);
                    sentences.addAll(sentence.length() > 400 ? List.of(sentence.split("(?<= )")) : List.of(sentence));
                    start = end;
                }
            }
        }
        return sentences;
    }
}
