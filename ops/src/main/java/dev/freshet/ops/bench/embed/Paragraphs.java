package dev.freshet.ops.bench.embed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Texts of rows: one to a dozen paragraphs of plain English words, or those of a file. The same seed gives the same texts, on any machine.
 *
 * <p>Drawn words are as skewed as words are (the n-th is drawn about 1/n as often as the first), sentences have 6 to 24 of them, paragraphs 3 to 8 sentences; half of the
 * texts have one paragraph, a quarter two, and so on. They mean nothing, but they cost a tokenizer and a model what text of their length does.
 */
public final class Paragraphs {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int PARAGRAPHS_MAX = 12;
    private static final String[] WORDS =
            ("the of and to in a is was that for it with as on by at from were which be are this had not but an have or their"
                            + " its after between during under over when where each more other new first two water power pump valve pressure temperature sensor"
                            + " record station operator shift night morning inspection report failure repair replacement supply delivery contract supplier"
                            + " building floor corridor basement roof cooling heating ventilation circuit breaker cable connection terminal transformer"
                            + " generator battery fuel engine diesel tank leak alarm signal warning threshold measurement calibration reading meter gauge"
                            + " maintenance schedule procedure manual checklist permit safety protection helmet ladder access door key guard visitor"
                            + " network switch router server rack fibre latency packet traffic capacity storage backup restore archive database query"
                            + " customer invoice payment account balance transfer approval request ticket queue response deadline priority owner team"
                            + " engineer technician manager director committee meeting decision proposal budget estimate forecast season summer winter"
                            + " storm flood lightning wind snow ice river harbour coast valley mountain forest village city region country border"
                            + " century period empire war treaty king parliament election law court judge evidence witness history museum library"
                            + " university student professor lecture research experiment laboratory chemical reaction oxygen carbon hydrogen metal"
                            + " copper iron steel concrete bridge tunnel railway train station platform passenger ship cargo container crane aircraft"
                            + " music composer orchestra theatre film camera image colour light shadow surface pattern structure material property"
                            + " protein cell tissue organ patient doctor hospital treatment vaccine infection disease symptom diagnosis recovery"
                            + " increase decrease change remain become begin continue complete describe explain require provide support develop produce"
                            + " discovered established considered estimated identified transported constructed approximately particularly significantly"
                            + " international administrative environmental electromagnetic thermodynamic synchronisation recommissioning interchangeability")
                    .split(" ");

    private Paragraphs() {}

    /** Draws texts. */
    public static List<String> drawn(int rows, long seed) {
        if (rows < 1) {
            throw new IllegalArgumentException(rows + " rows: there must be at least one");
        }
        SplittableRandom random = new SplittableRandom(seed);
        List<String> texts = new ArrayList<>(rows);
        for (int row = 0; row < rows; row++) {
            texts.add(text(random.split()));
        }
        return texts;
    }

    /**
     * Reads NDJSON.
     *
     * @param rowsMax the first so many lines
     */
    public static List<String> read(Path file, int rowsMax) throws IOException {
        List<String> texts = new ArrayList<>();
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (!line.isBlank() && texts.size() < rowsMax) {
                texts.add(parse(line, file + ", line " + number));
            }
        }
        if (texts.isEmpty()) {
            throw new IOException(file + " has no rows");
        }
        return texts;
    }

    private static String parse(String line, String where) throws IOException {
        try {
            JsonNode text = MAPPER.readTree(line).path("text");
            if (!text.isTextual() || text.asText().isBlank()) {
                throw new IOException(where + ": a row needs a 'text'");
            }
            return text.asText();
        } catch (JsonProcessingException e) {
            throw new IOException(where + ": not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int paragraphs = 1;
        while (paragraphs < PARAGRAPHS_MAX && random.nextBoolean()) {
            paragraphs++;
        }
        for (int paragraph = 0; paragraph < paragraphs; paragraph++) {
            text.append(paragraph == 0 ? "" : "\n\n");
            int sentences = random.nextInt(3, 9);
            for (int sentence = 0; sentence < sentences; sentence++) {
                text.append(sentence == 0 ? "" : " ");
                addSentence(text, random);
            }
        }
        return text.toString();
    }

    private static void addSentence(StringBuilder text, SplittableRandom random) {
        int words = random.nextInt(6, 25);
        for (int word = 0; word < words; word++) {
            String drawn = WORDS[(int) Math.pow(WORDS.length, random.nextDouble()) - 1];
            if (word == 0) {
                text.append(Character.toUpperCase(drawn.charAt(0))).append(drawn, 1, drawn.length());
            } else {
                text.append(random.nextInt(12) == 0 ? ", " : " ").append(drawn);
            }
        }
        text.append(random.nextInt(20) == 0 ? "?" : ".");
    }
}
