package dev.freshet.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChunkerTest {
    private static final FitsModel EVERYTHING_FITS = text -> true;
    private static final List<String> ODD_PIECES = List.of(
            "a",
            "word ",
            "Sentence one. ",
            "Is it? ",
            "\n",
            "\n\n",
            "\r\n",
            "\r\n\r\n",
            "\t",
            " ",
            "\u00A0",
            "\u202F",
            "\u200B",
            "\uFEFF",
            "\u2029",
            "e\u0301\u0323",
            " \u0301",
            "👨‍👩‍👧‍👦",
            "🇩🇪",
            "🇫",
            "👍🏽",
            "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "\uD800",
            "\uDC00",
            "中文句子。",
            "字",
            "กำ",
            "ภาษาไทย ",
            "नि",
            "각",
            "\u0000",
            "\u200D",
            "\u0301",
            "x".repeat(130),
            "。",
            ". ");

    @Test
    void blankTextHasNoChunks() {
        Chunker chunker = new Chunker(ChunkingOptions.DEFAULT, EVERYTHING_FITS);

        assertThat(chunker.chunk("")).isEmpty();
        assertThat(chunker.chunk(" \n\t\r\n\u00A0\u202F\u200B\uFEFF\u2029")).isEmpty();
    }

    @Test
    void shortTextIsOneTrimmedChunk() {
        Chunker chunker = new Chunker(ChunkingOptions.DEFAULT, EVERYTHING_FITS);

        assertThat(chunker.chunk("\u202F\u00A0 Hello, world.\u200B\n")).containsExactly(new Chunk(0, "Hello, world."));
    }

    @Test
    void titleStaysWithTheTextBelowIt() {
        String body = IntStream.range(0, 40)
                .mapToObj(number -> "Sentence number " + number + " says little but takes room. ")
                .collect(Collectors.joining());

        List<Chunk> chunks =
                new Chunker(ChunkingOptions.DEFAULT, EVERYTHING_FITS).chunk(RowText.join(List.of("The title", body)));

        assertThat(chunks.get(0).text()).startsWith("The title\n\nSentence number 0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh", "th"})
    void realTextLosesNothingAndKeepsItsLimits(String language) {
        String text = String.join("\n\n", SharedTexts.paragraphs(language));
        FitsModel few = piece -> piece.codePointCount(0, piece.length()) <= 150;

        for (int size : new int[] {100, 600, 1000, 5000}) {
            List<Chunk> free = new Chunker(new ChunkingOptions(size, 0), EVERYTHING_FITS).chunk(text);
            assertWhole(text, free);
            assertThat(free).allSatisfy(chunk -> assertThat(chunk.text()).hasSizeLessThanOrEqualTo(size));
            List<Chunk> limited = new Chunker(new ChunkingOptions(size, 0), few).chunk(text);
            assertWhole(text, limited);
            assertThat(limited).allMatch(chunk -> few.fits(chunk.text()));
        }
    }

    @Test
    void englishChunksEndAtSentences() {
        String text = String.join(" ", SharedTexts.paragraphs("en"));
        List<Chunk> chunks = new Chunker(ChunkingOptions.DEFAULT, EVERYTHING_FITS).chunk(text);

        assertThat(chunks)
                .filteredOn(chunk -> !chunk.text().matches("(?s).*[.!?][\"')\\]]*"))
                .hasSizeLessThan(3);
    }

    @Test
    void paragraphEndsArePreferred() {
        List<String> paragraphs = SharedTexts.paragraphs("en");
        List<Chunk> chunks =
                new Chunker(new ChunkingOptions(1500, 0), EVERYTHING_FITS).chunk(String.join("\n\n", paragraphs));

        long atParagraphs = chunks.stream()
                .filter(chunk -> paragraphs.stream()
                        .anyMatch(paragraph -> paragraph.strip().endsWith(lastWords(chunk))))
                .count();
        assertThat(atParagraphs).isGreaterThan(chunks.size() / 2);
    }

    private static String lastWords(Chunk chunk) {
        return chunk.text().substring(Math.max(0, chunk.text().length() - 40));
    }

    @Test
    void textWithoutSpacesIsCutBetweenCharacters() {
        for (String unit : List.of("x", "字", "ก", "👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "\uD83C\uDDE6")) {
            String text = unit.repeat(5000 / unit.length());
            List<Chunk> chunks = new Chunker(ChunkingOptions.DEFAULT, EVERYTHING_FITS).chunk(text);

            assertWhole(text, chunks);
            assertThat(chunks).hasSizeGreaterThan(4).allSatisfy(chunk -> {
                assertThat(chunk.text()).hasSizeLessThanOrEqualTo(1000);
                assertThat(chunk.text().length() % unit.length()).isZero();
            });
        }
    }

    @Test
    void narrowNoBreakSpaceAtABoundaryIsTrimmed() {
        String text = "Mot suivi d'un signe\u202F! ".repeat(200);
        List<Chunk> chunks = new Chunker(new ChunkingOptions(100, 0), EVERYTHING_FITS).chunk(text);

        assertWhole(text, chunks);
        assertThat(chunks)
                .allSatisfy(chunk -> assertThat(chunk.text()).startsWith("Mot").endsWith("!"));
    }

    @Test
    void oddTextLosesNothingAndSplitsNoCharacter() {
        Random random = Seeds.random("ChunkerTest");
        for (int round = 0; round < 1500; round++) {
            String text = oddText(random);
            ChunkingOptions options = new ChunkingOptions(100 + random.nextInt(300), 0);
            int limit = 30 + random.nextInt(200);
            FitsModel model =
                    round % 2 == 0 ? EVERYTHING_FITS : piece -> piece.length() <= limit || isOneCharacter(piece);

            List<Chunk> chunks = new Chunker(options, model).chunk(text);

            assertWhole(text, chunks);
            assertCutsBetweenCharacters(text, chunks);
            assertThat(chunks).allMatch(chunk -> model.fits(chunk.text()));
            assertThat(chunks)
                    .allMatch(
                            chunk -> chunk.text().length() <= options.size() || isOneCharacter(chunk.text()),
                            "within the size");
            assertThat(new Chunker(options, model).chunk(text)).isEqualTo(chunks);
        }
    }

    @Test
    void overlapRepeatsTheTailOfWhatStandsBefore() {
        Random random = Seeds.random("ChunkerTest");
        for (int round = 0; round < 500; round++) {
            String text = oddText(random);
            int size = 200 + random.nextInt(300);
            int overlap = 1 + random.nextInt(size / 2);
            List<Chunk> chunks = new Chunker(new ChunkingOptions(size, overlap), EVERYTHING_FITS).chunk(text);
            List<Chunk> own = new Chunker(new ChunkingOptions(size - overlap, 0), EVERYTHING_FITS).chunk(text);

            assertThat(chunks).hasSameSizeAs(own);
            for (int index = 0; index < own.size(); index++) {
                assertThat(chunks.get(index).text()).endsWith(own.get(index).text());
                assertThat(chunks.get(index).text().length()
                                - own.get(index).text().length())
                        .isBetween(0, overlap);
                assertThat(text).contains(chunks.get(index).text());
            }
        }
    }

    @Test
    void overlapBeginsAtASentenceWhereThereIsOne() {
        String text = IntStream.range(0, 60)
                .mapToObj(number -> "Sentence number " + number + " says little but takes room. ")
                .collect(Collectors.joining());

        List<Chunk> chunks = new Chunker(new ChunkingOptions(600, 120), EVERYTHING_FITS).chunk(text);

        assertThat(chunks)
                .hasSizeGreaterThan(2)
                .allSatisfy(chunk -> assertThat(chunk.text()).startsWith("Sentence number"));
        for (int index = 1; index < chunks.size(); index++) {
            String first = chunks.get(index).text().split("\\. ")[0];
            assertThat(chunks.get(index - 1).text()).contains(first);
        }
    }

    @Test
    void overlapGivesWayToTheModelsLimit() {
        String text = "Sentence number one says little. ".repeat(100);
        FitsModel model = piece -> piece.length() <= 200;

        assertThat(new Chunker(new ChunkingOptions(400, 200), model).chunk(text))
                .allMatch(chunk -> model.fits(chunk.text()));
    }

    @Test
    void characterThatDoesNotFitIsRefused() {
        Chunker chunker = new Chunker(ChunkingOptions.DEFAULT, piece -> piece.length() < 5);

        assertThatThrownBy(() -> chunker.chunk("fine 👨‍👩‍👧‍👦 fine")).isInstanceOf(UnfittableTextException.class);
    }

    @Test
    void theModelIsAskedOncePerChunkThatFits() {
        List<String> asked = new ArrayList<>();
        List<Chunk> chunks = new Chunker(new ChunkingOptions(200, 0), asked::add)
                .chunk("The pump was replaced at night. ".repeat(40));
        assertThat(chunks).hasSizeGreaterThan(5);
        assertThat(asked)
                .containsExactlyElementsOf(chunks.stream().map(Chunk::text).toList());
    }

    @Test
    void hugeTextsAreReadAFewTimesOnly() {
        int length = 1 << 20;
        for (String unit :
                List.of("x", "word ", "One. ", "字", ". ", "\n", "e\u0301", "\u0301", "🇩🇪", "a\n\n", " ", "\uD800")) {
            String text = unit.repeat(length / unit.length());
            AtomicInteger calls = new AtomicInteger();
            AtomicLong characters = new AtomicLong();
            FitsModel model = piece -> {
                calls.incrementAndGet();
                characters.addAndGet(piece.length());
                return piece.length() <= 300 || isOneCharacter(piece);
            };

            assertWhole(text, new Chunker(ChunkingOptions.DEFAULT, model).chunk(text));
            assertThat(calls.get()).as("calls for %s", unit).isLessThan(length / 40);
            assertThat(characters.get()).as("characters for %s", unit).isLessThan(6L * length);
        }
    }

    private static boolean isOneCharacter(String text) {
        return Pattern.compile("\\X").matcher(text).results().limit(2).count() == 1;
    }

    private static String oddText(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(120);
        for (int piece = 0; piece < pieces; piece++) {
            text.append(ODD_PIECES.get(random.nextInt(ODD_PIECES.size())));
        }
        return text.toString();
    }

    /** The chunks in order are the text, but for white space between them. */
    private static void assertWhole(String text, List<Chunk> chunks) {
        int from = 0;
        for (int ordinal = 0; ordinal < chunks.size(); ordinal++) {
            Chunk chunk = chunks.get(ordinal);
            assertThat(chunk.ordinal()).isEqualTo(ordinal);
            assertThat(chunk.text()).isNotEmpty();
            while (!text.startsWith(chunk.text(), from)) {
                assertThat(from).isLessThan(text.length());
                assertThat(WhiteSpace.is(text.charAt(from)))
                        .as("dropped before chunk %d at %d", ordinal, from)
                        .isTrue();
                from++;
            }
            from += chunk.text().length();
        }
        assertThat(WhiteSpace.isBlank(text.substring(from)))
                .as("dropped at the end")
                .isTrue();
    }

    private static void assertCutsBetweenCharacters(String text, List<Chunk> chunks) {
        List<Integer> ends = new ArrayList<>(List.of(0));
        Pattern.compile("\\X").matcher(text).results().forEach(match -> ends.add(match.end()));
        int from = 0;
        for (Chunk chunk : chunks) {
            from = text.indexOf(chunk.text(), from);
            assertThat(ends).contains(from, from + chunk.text().length());
            from += chunk.text().length();
        }
    }
}
