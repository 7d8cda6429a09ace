package dev.freshet.http;

/** The answer to a search, or to several. */
sealed interface Searched permits SearchAnswer, BatchAnswer {
    SearchAnswer.CoverageInfo coverage();
}
