package dev.freshet.schemas.privacy;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What single values look like. A value counts as a whole, without blanks around it: an address in the middle of a paragraph does not make the paragraph one. Where
 * a number has a checksum it must be right.
 */
final class PiiValues {
    /** What is longer is text. */
    static final int LENGTH_MAX = 254;

    private static final Pattern EMAIL = Pattern.compile(
            "[\\p{L}\\p{N}!#$%&'*+/=?^_{|}~.-]{1,64}@(?:[\\p{L}\\p{N}](?:[\\p{L}\\p{N}-]{0,61}[\\p{L}\\p{N}])?\\.)+\\p{L}{2,24}");

    private static final Pattern EXTENSION = Pattern.compile(" ?(?:x|ext\\.?) ?[0-9]{1,5}$");
    private static final Pattern PHONE_CHARACTERS = Pattern.compile("\\+?[0-9 ()./-]{6,24}");
    /** With a country code, an area code in brackets, in the North American way, or with a trunk zero. */
    private static final Pattern PHONE =
            Pattern.compile("\\+[ (]*[1-9].*|00[ (]*[1-9][0-9]*[ ()./-].*|\\(0?[0-9]{2,5}\\).*"
                    + "|[2-9][0-9]{2}[ .-][2-9][0-9]{2}[ .-][0-9]{4}.*|0[1-9][0-9]{0,3}[ /.-].*");

    private static final int PHONE_DIGITS_MIN = 7;
    /** A trunk zero and fewer digits may be a date. */
    private static final int PHONE_DIGITS_MIN_WITH_ZERO = 9;

    private static final int PHONE_DIGITS_MAX = 15;
    private static final Pattern CARD = Pattern.compile("[0-9](?:[ -]?[0-9]){12,18}");
    /** Visa, Mastercard, American Express, Diners, Discover, JCB and UnionPay, with the lengths that they have. */
    private static final Pattern CARD_DIGITS = Pattern.compile("4(?:[0-9]{12}|[0-9]{15}|[0-9]{18})"
            + "|5[1-5][0-9]{14}|2(?:22[1-9]|2[3-9][0-9]|[3-6][0-9]{2}|7[01][0-9]|720)[0-9]{12}"
            + "|3[47][0-9]{13}|3(?:0[0-5]|[689][0-9])[0-9]{11}|6(?:011|5[0-9]{2}|4[4-9][0-9])[0-9]{12}"
            + "|35(?:2[89]|[3-8][0-9])[0-9]{12}|62[0-9]{14,17}");

    private static final Pattern IBAN = Pattern.compile("[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}");
    private static final Pattern IPV4 =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern DOT = Pattern.compile("\\.");
    private static final Pattern IPV6_GROUPS = Pattern.compile("[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*");
    private static final int IPV6_GROUPS_MAX = 8;
    /** Versions of programs have four numbers too, and small ones. */
    private static final int OCTET_OF_NO_VERSION = 64;

    private PiiValues() {}

    /** What a value looks like; empty for nothing. */
    static Optional<PiiKind> kind(String text) {
        String value = text.strip();
        if (value.length() < 6 || value.length() > LENGTH_MAX) {
            return Optional.empty();
        }
        if (EMAIL.matcher(value).matches()) {
            return Optional.of(PiiKind.EMAIL);
        }
        if (isIpAddress(value)) {
            return Optional.of(PiiKind.IP_ADDRESS);
        }
        if (isIban(value)) {
            return Optional.of(PiiKind.BANK_ACCOUNT);
        }
        if (isCard(value)) {
            return Optional.of(PiiKind.CARD);
        }
        if (NationalIds.isOne(value)) {
            return Optional.of(PiiKind.NATIONAL_ID);
        }
        return isPhone(value) ? Optional.of(PiiKind.PHONE) : Optional.empty();
    }

    static boolean isPhone(String given) {
        String value = EXTENSION.matcher(given).replaceFirst("");
        if (!PHONE_CHARACTERS.matcher(value).matches() || !PHONE.matcher(value).matches()) {
            return false;
        }
        long digits = value.chars().filter(c -> c >= '0' && c <= '9').count();
        boolean zero = value.charAt(0) == '0';
        return digits >= (zero ? PHONE_DIGITS_MIN_WITH_ZERO : PHONE_DIGITS_MIN) && digits <= PHONE_DIGITS_MAX;
    }

    static boolean isCard(String value) {
        if (!CARD.matcher(value).matches()) {
            return false;
        }
        String digits = value.replaceAll("[ -]", "");
        return CARD_DIGITS.matcher(digits).matches() && Checksums.luhn(digits);
    }

    static boolean isIban(String value) {
        return IBAN.matcher(value).matches() && Checksums.iban(value.replace(" ", ""));
    }

    static boolean isIpAddress(String value) {
        if (IPV4.matcher(value).matches()) {
            return value.startsWith("10.")
                    || DOT.splitAsStream(value)
                            .mapToInt(Integer::parseInt)
                            .anyMatch(octet -> octet >= OCTET_OF_NO_VERSION);
        }
        return isIpv6(value);
    }

    /** Eight groups, or fewer and one {@code ::}; the last two may be written as an IPv4 address. */
    private static boolean isIpv6(String value) {
        if (colons(value) < 2) {
            return false;
        }
        int last = value.lastIndexOf(':');
        String plain = value;
        if (IPV4.matcher(value.substring(last + 1)).matches()) {
            plain = value.substring(0, last + 1) + "0:0";
        }
        int gap = plain.indexOf("::");
        if (gap < 0) {
            return groups(plain) == IPV6_GROUPS_MAX;
        }
        int before = groups(plain.substring(0, gap));
        int behind = groups(plain.substring(gap + 2));
        return before >= 0 && behind >= 0 && before + behind < IPV6_GROUPS_MAX && before + behind > 0;
    }

    private static int colons(String text) {
        return (int) text.chars().filter(c -> c == ':').count();
    }

    /** How many groups; 0 for an empty text, -1 if it is malformed. */
    private static int groups(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        return IPV6_GROUPS.matcher(text).matches() ? colons(text) + 1 : -1;
    }
}
