package dev.freshet.schemas.privacy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of personal data. */
public enum PiiKind {
    NAME,
    EMAIL,
    PHONE,
    ADDRESS,
    NATIONAL_ID,
    CARD,
    BANK_ACCOUNT,
    IP_ADDRESS,
    BIRTH_DATE;

    /** The name that users see, for example {@code birth_date}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The kind of this name; empty if there is none, as when a newer process wrote it. */
    public static Optional<PiiKind> parse(String text) {
        return Arrays.stream(values()).filter(kind -> kind.text().equals(text)).findFirst();
    }
}
