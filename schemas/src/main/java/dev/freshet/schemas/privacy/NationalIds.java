package dev.freshet.schemas.privacy;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Numbers by which states know people, of those countries whose numbers carry a checksum or a form that little else has: Brazil (CPF), Finland (henkilötunnus),
 * France (NIR), Italy (codice fiscale), the Netherlands (BSN), Poland (PESEL), Spain (DNI, NIE), Sweden (personnummer), the United Kingdom (National Insurance
 * number) and the United States (Social Security number). Where a number has no letters and no separators, a lone one proves little: see {@link #isBareNumber}.
 */
final class NationalIds {
    private static final Pattern US = Pattern.compile("(?!000|666|9)[0-9]{3}-(?!00)[0-9]{2}-(?!0000)[0-9]{4}");
    private static final Pattern UK = Pattern.compile(
            "(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]");
    private static final Pattern SPAIN = Pattern.compile("([XYZ]?)([0-9]{7,8})-?([A-Z])");
    private static final String SPAIN_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final Pattern ITALY =
            Pattern.compile("[A-Z]{6}[0-9LMNPQRSTUV]{2}[A-EHLMPRST][0-9LMNPQRSTUV]{2}[A-Z][0-9LMNPQRSTUV]{3}[A-Z]");
    /** What a character at an odd place, counted from one, adds: for the digits, then for the letters. */
    private static final int[] ITALY_ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private static final Pattern FINLAND =
            Pattern.compile("([0-9]{2})([0-9]{2})([0-9]{2})([-+A-FU-Y])([0-9]{3})([0-9A-Y])");
    private static final String FINLAND_CHARACTERS = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private static final Pattern SWEDEN = Pattern.compile("(?:[0-9]{2})?([0-9]{2})([0-9]{2})([0-9]{2})[-+]([0-9]{4})");
    private static final Pattern BRAZIL = Pattern.compile("[0-9]{3}\\.[0-9]{3}\\.[0-9]{3}-[0-9]{2}|[0-9]{11}");
    private static final Pattern FRANCE =
            Pattern.compile("[12] ?[0-9]{2} ?(?:0[1-9]|1[0-2]) ?(?:[0-9]{2}|2[AB]) ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}");
    private static final Pattern NINE_DIGITS = Pattern.compile("[0-9]{9}");
    private static final Pattern ELEVEN_DIGITS = Pattern.compile("[0-9]{11}");

    private static final List<Predicate<String>> FORMS = List.of(
            value -> US.matcher(value).matches(),
            value -> UK.matcher(value).matches(),
            NationalIds::isSpanish,
            NationalIds::isItalian,
            NationalIds::isFinnish,
            NationalIds::isSwedish,
            NationalIds::isBrazilian,
            NationalIds::isFrench,
            NationalIds::isPolish,
            NationalIds::isDutch);

    private NationalIds() {}

    static boolean isOne(String value) {
        return value.length() <= 21 && FORMS.stream().anyMatch(form -> form.test(value));
    }

    /** Whether a value is nothing but nine or eleven digits: by chance, one of some ten such numbers has the right check digit. */
    static boolean isBareNumber(String value) {
        return NINE_DIGITS.matcher(value).matches()
                || ELEVEN_DIGITS.matcher(value).matches();
    }

    private static boolean isSpanish(String value) {
        Matcher matcher = SPAIN.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        String foreign = matcher.group(1);
        String digits = matcher.group(2);
        if (digits.length() != (foreign.isEmpty() ? 8 : 7)) {
            return false;
        }
        int number = Integer.parseInt(foreign.isEmpty() ? digits : "XYZ".indexOf(foreign) + digits);
        return SPAIN_LETTERS.charAt(number % 23) == matcher.group(3).charAt(0);
    }

    private static boolean isItalian(String value) {
        if (!ITALY.matcher(value).matches()) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            char c = value.charAt(i);
            int rank = c <= '9' ? c - '0' : c - 'A';
            sum += i % 2 == 0 ? ITALY_ODD[rank] : rank;
        }
        return value.charAt(15) == 'A' + sum % 26;
    }

    private static boolean isFinnish(String value) {
        Matcher matcher = FINLAND.matcher(value);
        return matcher.matches()
                && isDay(matcher.group(3), matcher.group(2), matcher.group(1))
                && FINLAND_CHARACTERS.charAt(Integer.parseInt(
                                        matcher.group(1) + matcher.group(2) + matcher.group(3) + matcher.group(5))
                                % 31)
                        == matcher.group(6).charAt(0);
    }

    private static boolean isSwedish(String value) {
        Matcher matcher = SWEDEN.matcher(value);
        if (!matcher.matches()) {
            return false;
        }
        String year = matcher.group(1);
        String month = matcher.group(2);
        String day = matcher.group(3);
        return isDay(year, month, day) && Checksums.luhn(year + month + day + matcher.group(4));
    }

    private static boolean isBrazilian(String value) {
        if (!BRAZIL.matcher(value).matches()) {
            return false;
        }
        String digits = value.replaceAll("[.-]", "");
        return digits.chars().distinct().count() > 1
                && brazilianCheck(Checksums.weighted(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == digits.charAt(9) - '0'
                && brazilianCheck(Checksums.weighted(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2))
                        == digits.charAt(10) - '0';
    }

    private static int brazilianCheck(int sum) {
        int rest = sum * 10 % 11;
        return rest == 10 ? 0 : rest;
    }

    /** Corsica's departments, 2A and 2B, count as 19 and 18. */
    private static boolean isFrench(String value) {
        if (!FRANCE.matcher(value).matches()) {
            return false;
        }
        String plain = value.replace(" ", "").replace("2A", "19").replace("2B", "18");
        return 97 - Long.parseLong(plain.substring(0, 13)) % 97 == Integer.parseInt(plain.substring(13));
    }

    /** The century stands in the month. */
    private static boolean isPolish(String value) {
        if (!ELEVEN_DIGITS.matcher(value).matches()) {
            return false;
        }
        int month = Integer.parseInt(value.substring(2, 4)) % 20;
        return isDay(value.substring(0, 2), String.valueOf(month), value.substring(4, 6))
                && Checksums.weighted(value, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0;
    }

    private static boolean isDutch(String value) {
        return NINE_DIGITS.matcher(value).matches()
                && !value.equals("000000000")
                && Checksums.weighted(value, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0;
    }

    /** Whether there is such a day in some year that ends so. */
    private static boolean isDay(String year, String month, String day) {
        try {
            LocalDate.of(2000 + Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day));
            return true;
        } catch (DateTimeException e) {
            return false;
        }
    }
}
