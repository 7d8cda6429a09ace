package dev.freshet.schemas.privacy;

import java.math.BigInteger;

/** Check digits of numbers that people are known by. */
final class Checksums {
    private static final BigInteger IBAN_MODULUS = BigInteger.valueOf(97);

    private Checksums() {}

    /** ISO/IEC 7812-1: from the right, every second digit doubled, the sum of all digits is a multiple of ten. */
    static boolean luhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int doubled = i % 2 == 0 ? digit : 2 * digit;
            sum += doubled > 9 ? doubled - 9 : doubled;
        }
        return sum % 10 == 0;
    }

    /** ISO 13616: with the first four characters at the end and letters as 10 to 35, one more than a multiple of 97. */
    static boolean iban(String iban) {
        String turned = iban.substring(4) + iban.substring(0, 4);
        StringBuilder digits = new StringBuilder(2 * turned.length());
        turned.chars().forEach(c -> digits.append(Character.digit(c, 36)));
        return new BigInteger(digits.toString()).mod(IBAN_MODULUS).equals(BigInteger.ONE);
    }

    /** The sum of digits, each times its weight; as many digits as there are weights. */
    static int weighted(String digits, int... weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += weights[i] * (digits.charAt(i) - '0');
        }
        return sum;
    }
}
