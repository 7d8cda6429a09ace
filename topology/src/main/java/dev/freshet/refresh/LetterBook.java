package dev.freshet.refresh;

import dev.freshet.refresh.DeadLetterService.Count;
import dev.freshet.refresh.DeadLetterService.Filter;
import dev.freshet.refresh.DeadLetterService.Page;
import dev.freshet.refresh.LetterEntry.Settled;
import dev.freshet.refresh.LetterEntry.Written;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the dead-letters topic says, without the records themselves. Thread-safe.
 *
 * <ul>
 *   <li>It holds the newest {@value #LETTERS_MAX} letters, of settled ones fewer if there are more. Letters beyond that are counted,
 *       with the state that they had, and not listed.
 *   <li>A letter is one however often it was written: it shows its newest record, and {@code attempts} counts the records that the topic still had when they
 *       were read.
 *   <li>What the topic no longer holds is forgotten, counts too; of letters that are only counted, up to {@value #BLOCK_OFFSETS} offsets later.
 * </ul>
 */
final class LetterBook {
    static final int LETTERS_MAX = 100_000;

    private static final Logger log = LoggerFactory.getLogger(LetterBook.class);
    private static final int BLOCK_OFFSETS = 1_024;
    private static final int KEY_MAX = 200;
    private static final int MESSAGE_MAX = 300;
    /** Datasets and codes that letters are told apart by once they are only counted. */
    private static final int KINDS_MAX = 1_000;

    private final int lettersMax;
    private final Map<LetterId, Written> byId = new HashMap<>();
    private final NavigableMap<Place, Written> byTime = new TreeMap<>(Place.ORDER);
    private final NavigableMap<Place, Written> settledByTime = new TreeMap<>(Place.ORDER);
    private final Map<Kind, LetterTally> listed = new HashMap<>();
    private final Map<Kind, LetterTally> unlisted = new HashMap<>();
    private final Map<Block, Map<Kind, LetterTally>> unlistedBlocks = new HashMap<>();

    LetterBook() {
        this(LETTERS_MAX);
    }

    LetterBook(int lettersMax) {
        this.lettersMax = lettersMax;
    }

    /** Where a letter stands in lists. */
    private record Place(Instant time, LetterId id) {
        private static final Comparator<Place> ORDER = Comparator.comparing(Place::time)
                .thenComparing(
                        Place::id,
                        Comparator.comparingLong(LetterId::version)
                                .thenComparing(LetterId::partition)
                                .thenComparing(LetterId::indexId));

        static Place of(Written entry) {
            return new Place(entry.letter().time(), entry.id());
        }

        static Place parse(String cursor) {
            int dot = cursor.indexOf('.');
            Optional<LetterId> id = LetterId.parse(cursor.substring(dot + 1));
            if (!cursor.matches("[0-9]{1,15}[.].*") || id.isEmpty()) {
                throw new FreshetException(
                        ErrorCode.BAD_REQUEST, "the cursor is '" + cursor + "', which no answer has given");
            }
            return new Place(Instant.ofEpochMilli(Long.parseLong(cursor.substring(0, dot))), id.get());
        }

        String cursor() {
            return time.toEpochMilli() + "." + id;
        }
    }

    private record Kind(@Nullable String dataset, String code) {
        static Kind of(Written entry) {
            return new Kind(entry.letter().dataset(), entry.letter().code());
        }
    }

    /** A stretch of a partition of the dead-letters topic. */
    private record Block(int partition, long number) {
        static Block of(Written entry) {
            return new Block(entry.partition(), entry.offset() / BLOCK_OFFSETS);
        }
    }

    synchronized void apply(LetterEntry entry) {
        if (entry instanceof Written written) {
            write(written);
        } else if (entry instanceof Settled settled) {
            settle(settled);
        }
    }

    private void write(Written entry) {
        Written known = byId.get(entry.id());
        if (known != null && known.keyHash() != entry.keyHash()) {
            log.warn("Passing over a dead letter {} that has another key than the one of this id", entry.id());
            return;
        }
        if (known != null && known.partition() == entry.partition() && known.offset() >= entry.offset()) {
            return; // Read again.
        }
        int attempts = known == null ? 1 : known.letter().attempts() + 1;
        if (known != null) {
            remove(known);
        }
        add(new Written(shortened(entry.letter()), entry.partition(), entry.offset(), entry.keyHash())
                .with(LetterState.OPEN, attempts));
        while (byId.size() > lettersMax) {
            NavigableMap<Place, Written> from = settledByTime.isEmpty() ? byTime : settledByTime;
            unlist(from.firstEntry().getValue());
        }
    }

    private void settle(Settled entry) {
        Written known = byId.get(entry.id());
        boolean another = known != null && entry.keyHash() != null && entry.keyHash() != known.keyHash();
        if (known == null || another || known.letter().state() != LetterState.OPEN) {
            return;
        }
        remove(known);
        add(known.with(entry.state(), known.letter().attempts()));
    }

    /** Forgets what the topic no longer holds. {@code beginnings} are its first offsets by partition. */
    synchronized void expire(Map<Integer, Long> beginnings) {
        List<Written> gone = byId.values().stream()
                .filter(entry -> entry.offset() < beginnings.getOrDefault(entry.partition(), 0L))
                .toList();
        gone.forEach(this::remove);
        unlistedBlocks.entrySet().removeIf(entry -> {
            Block block = entry.getKey();
            long end = (block.number() + 1) * BLOCK_OFFSETS;
            boolean over = end <= beginnings.getOrDefault(block.partition(), 0L);
            if (over) {
                entry.getValue().forEach((kind, counts) -> subtract(unlisted, kind, counts));
            }
            return over;
        });
    }

    synchronized Optional<Written> find(LetterId id) {
        return Optional.ofNullable(byId.get(id));
    }

    /** The open letters that the filter lets through, in the order in which they stand in the topic. */
    synchronized List<Written> open(Filter filter) {
        Filter any = new Filter(filter.dataset(), filter.code(), LetterState.OPEN);
        return byId.values().stream()
                .filter(entry -> any.test(entry.letter()))
                .sorted(Comparator.comparingInt(Written::partition).thenComparingLong(Written::offset))
                .toList();
    }

    synchronized Page page(Filter filter, @Nullable String cursor, int limit) {
        Collection<Written> entries = (cursor == null ? byTime : byTime.headMap(Place.parse(cursor), false))
                .descendingMap()
                .values();
        List<DeadLetter> letters = new ArrayList<>();
        String next = null;
        Written last = null;
        for (Written entry : entries) {
            if (!filter.test(entry.letter())) {
                continue;
            }
            if (letters.size() == limit && last != null) {
                next = Place.of(last).cursor();
                break;
            }
            letters.add(entry.letter());
            last = entry;
        }
        long left = unlisted.values().stream().mapToLong(LetterTally::sum).sum();
        return new Page(letters, next, counts(), left);
    }

    /** By dataset, those of none first, and code. */
    synchronized List<Count> counts() {
        Map<Kind, LetterTally> all =
                new TreeMap<>(Comparator.comparing(Kind::dataset, Comparator.nullsFirst(Comparator.naturalOrder()))
                        .thenComparing(Kind::code));
        listed.forEach((kind, counts) -> all.merge(kind, counts, LetterTally::plus));
        unlisted.forEach((kind, counts) -> all.merge(kind, counts, LetterTally::plus));
        return all.entrySet().stream()
                .map(entry -> new Count(
                        entry.getKey().dataset(),
                        entry.getKey().code(),
                        entry.getValue().open(),
                        entry.getValue().replayed(),
                        entry.getValue().superseded()))
                .toList();
    }

    private void add(Written entry) {
        byId.put(entry.id(), entry);
        byTime.put(Place.of(entry), entry);
        if (entry.letter().state() != LetterState.OPEN) {
            settledByTime.put(Place.of(entry), entry);
        }
        listed.merge(Kind.of(entry), one(entry), LetterTally::plus);
    }

    private void remove(Written entry) {
        byId.remove(entry.id());
        byTime.remove(Place.of(entry));
        settledByTime.remove(Place.of(entry));
        subtract(listed, Kind.of(entry), one(entry));
    }

    private void unlist(Written entry) {
        remove(entry);
        Kind kind = Kind.of(entry);
        if (!unlisted.containsKey(kind) && unlisted.size() >= KINDS_MAX) {
            kind = new Kind(null, kind.code());
        }
        unlisted.merge(kind, one(entry), LetterTally::plus);
        unlistedBlocks
                .computeIfAbsent(Block.of(entry), block -> new HashMap<>())
                .merge(kind, one(entry), LetterTally::plus);
    }

    private static LetterTally one(Written entry) {
        return LetterTally.one(entry.letter().state());
    }

    private static void subtract(Map<Kind, LetterTally> tally, Kind kind, LetterTally counts) {
        LetterTally known = tally.get(kind);
        if (known == null) {
            throw new IllegalStateException("nothing is counted of " + kind);
        }
        LetterTally left = known.minus(counts);
        if (left.sum() == 0) {
            tally.remove(kind);
        } else {
            tally.put(kind, left);
        }
    }

    private static DeadLetter shortened(DeadLetter letter) {
        String key = letter.key();
        return new DeadLetter(
                letter.id(),
                letter.state(),
                letter.code(),
                cut(letter.message(), MESSAGE_MAX),
                letter.dataset(),
                key == null ? null : cut(key, KEY_MAX),
                letter.index(),
                letter.origin(),
                letter.time(),
                letter.written(),
                letter.attempts(),
                letter.bytes(),
                letter.complete());
    }

    /** Never ends in half a character. */
    private static String cut(String text, int max) {
        if (text.length() <= max) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(max - 1)) ? max - 1 : max;
        return text.substring(0, end) + "…";
    }
}
