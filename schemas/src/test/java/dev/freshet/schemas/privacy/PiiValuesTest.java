package dev.freshet.schemas.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbers are those that the issuers of such numbers publish as examples, or that books use. */
class PiiValuesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "luisg@embraer.com.br                    | EMAIL",
                "o'neil+shop@sub-domain.example.co.uk    | EMAIL",
                "jörg@müller.example                     | EMAIL",
                "192.168.1.20                            | IP_ADDRESS",
                "10.0.0.5                                | IP_ADDRESS",
                "2001:db8::8a2e:370:7334                 | IP_ADDRESS",
                "fe80:0:0:0:202:b3ff:fe1e:8329           | IP_ADDRESS",
                "::ffff:192.0.2.128                      | IP_ADDRESS",
                "GB82 WEST 1234 5698 7654 32             | BANK_ACCOUNT",
                "DE89370400440532013000                  | BANK_ACCOUNT",
                "FR1420041010050500013M02606             | BANK_ACCOUNT",
                "NL91 ABNA 0417 1643 00                  | BANK_ACCOUNT",
                "4111 1111 1111 1111                     | CARD",
                "5555555555554444                        | CARD",
                "378282246310005                         | CARD",
                "6011-1111-1111-1117                     | CARD",
                "30569309025904                          | CARD",
                "3530111333300000                        | CARD",
                "078-05-1120                             | NATIONAL_ID",
                "AB 12 34 56 C                           | NATIONAL_ID",
                "12345678Z                               | NATIONAL_ID",
                "X1234567L                               | NATIONAL_ID",
                "RSSMRA85T10A562S                        | NATIONAL_ID",
                "131052-308T                             | NATIONAL_ID",
                "811218-9876                             | NATIONAL_ID",
                "529.982.247-25                          | NATIONAL_ID",
                "44051401359                             | NATIONAL_ID",
                "111222333                               | NATIONAL_ID",
                "2 55 08 14 168 025 38                   | NATIONAL_ID",
                "+1 (780) 428-9482                       | PHONE",
                "+43 01 5134505                          | PHONE",
                "+420241772555                           | PHONE",
                "(403) 262-3443                          | PHONE",
                "415-555-2671 x12                        | PHONE",
                "06 12 34 56 78                          | PHONE",
                "020 7946 0958                           | PHONE",
                "0049 30 901820                          | PHONE",
            })
    void shouldKnowWhatBelongsToPeople(String value, PiiKind kind) {
        assertThat(PiiValues.kind(value)).contains(kind);
        assertThat(PiiValues.kind("  " + value + "\t")).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Super Bowl 50",
                "user at example.com",
                "@example",
                "a@b",
                "write to a@example.com today",
                "1.2.3.4",
                "4.18.0.2",
                "999.1.1.1",
                "12:34:56",
                "12:34:56:78",
                "00:1b:44:11:3a:b7",
                "2020-01-15",
                "15/01/2020",
                "01-02-2020",
                "2026-11-21T21:20:00Z",
                "09.30 - 17.00",
                "1700000000000",
                "1700000000",
                "343719",
                "0012345678",
                "0-306-40615-2",
                "978-3-16-148410-0",
                "4006381333931",
                "000-12-3456",
                "666-12-3456",
                "123-00-4567",
                "900-12-3456",
                "BG123456A",
                "550e8400-e29b-41d4-a716-446655440000",
                "DE88370400440532013000",
                "4111 1111 1111 1112",
                "12345678A",
                "RSSMRA85T10A562T",
                "131052-308U",
                "811218-9877",
                "529.982.247-24",
                "111.111.111-11",
                "44051401358",
                "44054401359",
                "111222334",
                "2 55 08 14 168 025 39",
                "T5K 2N1",
                "12227-000",
                "0.99",
                "-122.4194155",
                "0123456789abcdef",
            })
    void shouldLeaveTheRestAlone(String value) {
        assertThat(PiiValues.kind(value)).isEmpty();
    }

    /** Every checksum here finds each single wrong digit. (Eleven bare digits are left out: what is wrong in Poland may be right in Brazil.) */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "4111111111111111",
                "378282246310005",
                "DE89370400440532013000",
                "12345678Z",
                "131052-308T",
                "811218-9876",
                "529.982.247-25",
                "111222333",
                "255081416802538"
            })
    void shouldTellAWrongDigit(String valid) {
        PiiKind kind = PiiValues.kind(valid).orElseThrow();
        for (int i = 0; i < valid.length(); i++) {
            char right = valid.charAt(i);
            for (char digit = '0'; Character.isDigit(right) && digit <= '9'; digit++) {
                String changed = valid.substring(0, i) + digit + valid.substring(i + 1);
                if (digit != right) {
                    assertThat(PiiValues.kind(changed)).as(changed).isNotEqualTo(Optional.of(kind));
                }
            }
        }
    }
}
