package dev.freshet.search;

import java.util.TreeSet;

/** Who is searching: tells a writer when every search that began before some moment has ended. Thread-safe; never held for long. */
final class SearchTickets {
    private final TreeSet<Long> searching = new TreeSet<>();
    private long last;

    /** A search begins. */
    synchronized long enter() {
        last++;
        searching.add(last);
        return last;
    }

    /** A search ends. */
    synchronized void exit(long ticket) {
        searching.remove(ticket);
    }

    /** The newest ticket: a search that begins from now on gets a higher one. */
    synchronized long last() {
        return last;
    }

    /** Whether all searches with this ticket or an older one have ended. */
    synchronized boolean ended(long ticket) {
        return searching.isEmpty() || searching.first() > ticket;
    }
}
