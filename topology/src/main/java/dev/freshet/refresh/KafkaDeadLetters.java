package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.refresh.LetterEntry.Written;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters as their topic has them. The letters are known in memory ({@link LetterBook}); their records are read from the topic when they are asked for.
 * Thread-safe.
 */
public final class KafkaDeadLetters implements DeadLetterService, AutoCloseable {
    private static final int BATCH_RECORDS_MAX = 500;
    private static final long BATCH_BYTES_MAX = 16L * 1024 * 1024;

    private final RefreshSettings settings;
    private final KafkaRowWriter rows;
    private final LetterBook book = new LetterBook();
    private final DeadLetterReader reader;
    private final LetterFetcher fetcher;
    private final Predicate<String> knownDataset;
    private final MultiGauge open;

    /**
     * @param clientConfig bootstrap servers and security settings
     * @param rows writes what is sent back; stays open
     * @param knownDataset whether there is a dataset of that name: letters of others are counted without it, because anybody may write any name into a record
     */
    public KafkaDeadLetters(
            Map<String, Object> clientConfig,
            RefreshSettings settings,
            KafkaRowWriter rows,
            Predicate<String> knownDataset,
            MeterRegistry metrics) {
        this.settings = requireNonNull(settings, "settings is null");
        this.rows = requireNonNull(rows, "rows is null");
        this.knownDataset = requireNonNull(knownDataset, "knownDataset is null");
        String topic = settings.topics().deadLetters();
        this.reader =
                new DeadLetterReader(clientConfig, topic, settings.topics().rows(), book, this::measure);
        this.fetcher = new LetterFetcher(clientConfig, topic);
        this.open = MultiGauge.builder("freshet.dead.letters.open")
                .description("Dead letters that need a look: the same in every process, so do not add them up")
                .register(metrics);
    }

    /** Starts to read the topic, and returns at once. */
    public void start() {
        reader.start();
    }

    @Override
    public Page list(Filter filter, @Nullable String cursor, int limit) {
        return ready().page(filter, cursor, limit);
    }

    @Override
    public Optional<Content> find(LetterId id) {
        Optional<Written> found = ready().find(id);
        return found.flatMap(this::fetch).map(record -> content(found.get().letter(), record));
    }

    @Override
    public Outcome replay(List<String> ids) {
        LetterBook letters = ready();
        List<NotSent> notSent = new ArrayList<>();
        List<Written> found = new ArrayList<>();
        for (String id : new LinkedHashSet<>(ids)) {
            LetterId.parse(id)
                    .flatMap(letters::find)
                    .ifPresentOrElse(
                            found::add,
                            () -> notSent.add(new NotSent(
                                    id, ErrorCode.DEAD_LETTER_NOT_FOUND, "there is no dead letter '" + id + "'")));
        }
        found.sort(Comparator.comparingInt(Written::partition).thenComparingLong(Written::offset));
        return send(found, notSent);
    }

    @Override
    public Outcome replay(Filter filter) {
        return send(ready().open(filter), new ArrayList<>());
    }

    @Override
    public void close() {
        reader.close();
        fetcher.close();
    }

    private LetterBook ready() {
        if (!reader.caughtUp()) {
            throw new FreshetException(ErrorCode.NOT_READY, "the dead letters are still being read: try again");
        }
        return book;
    }

    private Outcome send(List<Written> letters, List<NotSent> notSent) {
        List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
        long batchBytes = 0;
        long sent = 0;
        for (Written entry : letters) {
            Optional<NotSent> refusal = refusal(entry.letter());
            if (refusal.isPresent()) {
                notSent.add(refusal.get());
                continue;
            }
            Optional<ConsumerRecord<byte[], byte[]>> record = fetch(entry);
            if (record.isEmpty()) {
                notSent.add(new NotSent(
                        entry.id().toString(),
                        ErrorCode.DEAD_LETTER_NOT_FOUND,
                        "the record of the dead letter is no longer kept"));
                continue;
            }
            batch.add(replay(entry.id(), record.get()));
            batchBytes += entry.letter().bytes();
            if (batch.size() >= BATCH_RECORDS_MAX || batchBytes >= BATCH_BYTES_MAX) {
                sent += rows.send(batch).size();
                batch.clear();
                batchBytes = 0;
            }
        }
        sent += rows.send(batch).size();
        return new Outcome(sent, notSent);
    }

    private Optional<NotSent> refusal(DeadLetter letter) {
        String id = letter.id().toString();
        if (letter.state() != LetterState.OPEN) {
            return Optional.of(new NotSent(
                    id,
                    ErrorCode.DEAD_LETTER_SETTLED,
                    "the dead letter is " + letter.state().text() + " and needs no replay"));
        }
        if (!letter.complete()) {
            return Optional.of(new NotSent(
                    id,
                    ErrorCode.DEAD_LETTER_INCOMPLETE,
                    "the record was not kept whole, because it was too large, or its dataset protects columns and it could not be read: write the row again (it stood at "
                            + letter.origin()
                            + ")"));
        }
        if (Replay.tooOld(letter.id(), settings.epoch()) || letter.id().partition() >= settings.partitions()) {
            return Optional.of(new NotSent(
                    id,
                    ErrorCode.DEAD_LETTER_OUTDATED,
                    "the rows topic was created anew more than once since: write the row again"));
        }
        return Optional.empty();
    }

    /** The change as it was, in the partition where it was, with a header that says which letter it is. */
    private ProducerRecord<byte[], byte[]> replay(LetterId id, ConsumerRecord<byte[], byte[]> letter) {
        Headers headers = LetterHeaders.replay(id, letter.headers());
        return new ProducerRecord<>(settings.topics().rows(), id.partition(), letter.key(), letter.value(), headers);
    }

    private Optional<ConsumerRecord<byte[], byte[]>> fetch(Written entry) {
        return fetcher.fetch(entry.partition(), entry.offset());
    }

    /** The letter as the book has it, but with what lists cut off. */
    private static Content content(DeadLetter letter, ConsumerRecord<byte[], byte[]> record) {
        String key = record.key() == null ? "" : new String(record.key(), UTF_8);
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            if (!LetterHeaders.isAdded(header.key())) {
                headers.add(new RecordHeader(header.key(), header.value()));
            }
        }
        DeadLetter whole = new DeadLetter(
                letter.id(),
                letter.state(),
                letter.code(),
                LetterHeaders.text(record.headers(), LetterHeaders.MESSAGE).orElse(letter.message()),
                letter.dataset(),
                letter.key() == null ? null : key.substring(key.indexOf(':') + 1),
                letter.index(),
                letter.origin(),
                letter.time(),
                letter.written(),
                letter.attempts(),
                letter.bytes(),
                letter.complete());
        return new Content(whole, record.key(), record.value(), headers);
    }

    private void measure() {
        Map<Tags, Long> byLabels = new HashMap<>();
        book.counts().forEach(count -> byLabels.merge(labels(count), count.open(), Long::sum));
        List<MultiGauge.Row<?>> gauges = new ArrayList<>();
        byLabels.forEach((labels, count) -> gauges.add(MultiGauge.Row.of(labels, count)));
        open.register(gauges, true);
    }

    private Tags labels(Count count) {
        String dataset = count.dataset();
        return Tags.of("code", count.code(), "dataset", dataset != null && knownDataset.test(dataset) ? dataset : "");
    }
}
