package dev.freshet.search;

import dev.freshet.index.SlotTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Which slots of one graph pass the filters that come again, so that a row's metadata are read once per filter and change rather than once per search.
 *
 * <p>Slots are taken together by {@value #PAGE}s. The thread that writes to the graph gives a page an odd version before it changes the row of one of its slots, and the next even one
 * after; what was found out is kept with the even version that the page had <i>before</i> it was found out. So what is kept with a page's present version is true of all rows as the writer left
 * them, and while a row is being changed its page's slots are looked at directly. A search that begins after a row was changed never gets what was true before.
 *
 * <p>A filter is kept from its second use on, as many are asked only once. The {@value #FILTERS_MAX} that were used last are kept, each with two bits per slot and page that it was asked about:
 * at most {@code FILTERS_MAX / 4} bytes per slot. Filters of more than {@value #JSON_LENGTH_MAX} characters are not.
 *
 * <p>{@link #ensure}, {@link #changing} and {@link #changed} are for the thread that writes to the graph, the rest for any.
 */
final class FilterCache {
    static final int FILTERS_MAX = 64;
    static final int JSON_LENGTH_MAX = 16_384;
    private static final int PAGE_SHIFT = 8;
    static final int PAGE = 1 << PAGE_SHIFT;
    private static final int SLOTS_PER_WORD = Long.SIZE / 2;
    private static final int PAGES_COUNTED = 64;
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    private final SlotTable<AtomicInteger> versions = new SlotTable<>();

    @SuppressWarnings("serial") // never written
    private final Map<Filter, Known> filters = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Filter, Known> eldest) {
            return size() > FILTERS_MAX;
        }
    };

    /** Answers for slots below {@code slots} can be kept from now on. */
    void ensure(int slots) {
        int pages = (slots + PAGE - 1) >>> PAGE_SHIFT;
        for (int page = versions.size(); page < pages; page++) {
            versions.set(page, new AtomicInteger());
        }
    }

    /** Before the row of these slots is changed. */
    void changing(int[] slots) {
        for (int slot : slots) {
            ensure(slot + 1);
            AtomicInteger version = version(slot);
            version.set(version.get() | 1);
        }
    }

    /** After it. */
    void changed(int[] slots) {
        for (int slot : slots) {
            AtomicInteger version = version(slot);
            // Several slots may be of one page.
            if ((version.get() & 1) != 0) {
                version.incrementAndGet();
            }
        }
    }

    private AtomicInteger version(int slot) {
        AtomicInteger version = versions.get(slot >>> PAGE_SHIFT);
        if (version == null) {
            throw new IllegalStateException("no page has the slot " + slot);
        }
        return version;
    }

    /** What is known of a filter, to be asked and added to; null if it is not to be kept, or is seen for the first time. */
    @Nullable
    Known known(Filter filter) {
        if (filter.json().length() > JSON_LENGTH_MAX) {
            return null;
        }
        synchronized (filters) {
            Known known = filters.get(filter);
            if (known == null) {
                filters.put(filter, new Known());
            }
            return known;
        }
    }

    /** Whether a slot passes. */
    enum Answer {
        PASSES(true, true),
        FAILS(false, true),
        /** It passes now, and what that depends on may change without the graph. */
        PASSES_NOW(true, false),
        /** It does not pass now, and what that depends on may change without the graph. */
        FAILS_NOW(false, false);

        private final boolean passes;
        private final boolean lasting;

        Answer(boolean passes, boolean lasting) {
            this.passes = passes;
            this.lasting = lasting;
        }

        boolean passes() {
            return passes;
        }
    }

    /** The answers of one page that were found while it had this version: of each slot one bit that says that it is known, and above them one that says that it passes. */
    private record Answers(int version, long[] words) {}

    /** What is known of one filter. Any thread. */
    final class Known {
        private volatile AtomicReferenceArray<@Nullable Answers> pages = new AtomicReferenceArray<>(0);

        /** Whether the row in a slot passes, as {@code ask} says where it is not known. */
        boolean test(int slot, IntFunction<Answer> ask) {
            int number = slot >>> PAGE_SHIFT;
            AtomicInteger changes = versions.get(number);
            int version = changes == null ? 1 : changes.get();
            if ((version & 1) != 0) {
                return ask.apply(slot).passes();
            }
            long[] words = answers(number, version).words();
            int word = (slot & (PAGE - 1)) / SLOTS_PER_WORD;
            long bit = 1L << (slot % SLOTS_PER_WORD);
            long found = (long) WORD.getOpaque(words, word);
            if ((found & bit) != 0) {
                return (found & (bit << SLOTS_PER_WORD)) != 0;
            }
            Answer answer = ask.apply(slot);
            if (answer.lasting) {
                WORD.getAndBitwiseOr(words, word, answer.passes ? bit | (bit << SLOTS_PER_WORD) : bit);
            }
            return answer.passes;
        }

        private Answers answers(int number, int version) {
            AtomicReferenceArray<@Nullable Answers> current = pages;
            if (number >= current.length()) {
                current = grown();
            }
            Answers answers = current.get(number);
            if (answers == null || answers.version() != version) {
                answers = new Answers(version, new long[PAGE / SLOTS_PER_WORD]);
                current.set(number, answers);
            }
            return answers;
        }

        private synchronized AtomicReferenceArray<@Nullable Answers> grown() {
            AtomicReferenceArray<@Nullable Answers> grown = new AtomicReferenceArray<>(versions.size());
            // What others put into the old one meanwhile is found out again.
            for (int page = 0; page < Math.min(pages.length(), grown.length()); page++) {
                grown.set(page, pages.get(page));
            }
            pages = grown;
            return grown;
        }

        /** The share of the slots whose answer is known, roughly: pages are sampled. */
        double share(int slots) {
            int count = (slots + PAGE - 1) >>> PAGE_SHIFT;
            int step = Math.max(1, count / PAGES_COUNTED);
            AtomicReferenceArray<@Nullable Answers> current = pages;
            long asked = 0;
            long known = 0;
            for (int number = step / 2; number < count; number += step) {
                asked += Math.min(PAGE, slots - ((long) number << PAGE_SHIFT));
                Answers answers = number < current.length() ? current.get(number) : null;
                AtomicInteger version = versions.get(number);
                if (answers != null && version != null && answers.version() == version.get()) {
                    for (int word = 0; word < answers.words().length; word++) {
                        known += Integer.bitCount((int) (long) WORD.getOpaque(answers.words(), word));
                    }
                }
            }
            return asked == 0 ? 0 : Math.min(1, (double) known / asked);
        }
    }
}
