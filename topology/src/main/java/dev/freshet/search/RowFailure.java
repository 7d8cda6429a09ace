package dev.freshet.search;

/** Why a row's newest version cannot be embedded: an error code and a sentence. */
public record RowFailure(String code, String message) {}
