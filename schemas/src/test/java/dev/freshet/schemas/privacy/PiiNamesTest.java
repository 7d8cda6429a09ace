package dev.freshet.schemas.privacy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PiiNamesTest {
    @Test
    void shouldSplitNamesIntoWords() {
        assertThat(ColumnWords.of("first_name")).containsExactly("first", "name");
        assertThat(ColumnWords.of("FirstName")).containsExactly("first", "name");
        assertThat(ColumnWords.of("clientIPAddress")).containsExactly("client", "ip", "address");
        assertThat(ColumnWords.of("SSN_LAST4")).containsExactly("ssn", "last", "4");
        assertThat(ColumnWords.of("Straße")).containsExactly("strasse");
        assertThat(ColumnWords.of("prénom-usuel")).containsExactly("prenom", "usuel");
        assertThat(ColumnWords.of("__")).isEmpty();
        assertThat(ColumnWords.of("a".repeat(100_000))).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "first_name, NAME",
        "LastName, NAME",
        "surname, NAME",
        "Nachname, NAME",
        "prénom, NAME",
        "customer_full_name, NAME",
        "imię, NAME",
        "姓名, NAME",
        "email, EMAIL",
        "E-Mail, EMAIL",
        "contactEmailAddress, EMAIL",
        "mail, EMAIL",
        "phone, PHONE",
        "PHONE_NUMBER, PHONE",
        "fax, PHONE",
        "Telefonnummer, PHONE",
        "mobile, PHONE",
        "手机, PHONE",
        "address, ADDRESS",
        "billing_address, ADDRESS",
        "addressLine1, ADDRESS",
        "street, ADDRESS",
        "Dirección, ADDRESS",
        "ssn, NATIONAL_ID",
        "passport_number, NATIONAL_ID",
        "codiceFiscale, NATIONAL_ID",
        "bsn, NATIONAL_ID",
        "credit_card_number, CARD",
        "cardNumber, CARD",
        "iban, BANK_ACCOUNT",
        "ip, IP_ADDRESS",
        "ip_address, IP_ADDRESS",
        "remoteAddr, IP_ADDRESS",
        "birth_date, BIRTH_DATE",
        "DateOfBirth, BIRTH_DATE",
        "dob, BIRTH_DATE",
        "geburtsdatum, BIRTH_DATE",
    })
    void shouldKnowWhatNamesMean(String column, PiiKind kind) {
        assertThat(PiiNames.kind(column)).contains(kind);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id",
                "name",
                "title",
                "body",
                "text",
                "description",
                "composer",
                "total",
                "unit_price",
                "invoice_date",
                "hire_date",
                "support_rep_id",
                "company",
                "city",
                "country",
                "file_name",
                "product_name",
                "genre_name",
                "email_verified",
                "email_count",
                "email_template",
                "is_phone_confirmed",
                "has_email",
                "phone_type",
                "phone_model",
                "address_id",
                "mac_address",
                "web_address",
                "ip_version",
                "credit_card_type",
                "zip",
                "membership",
                "tooltip",
                "carrier",
                "bandana",
                "street_zone",
                "mobile_app_version",
                "last_update",
                "birth_rate",
                "",
            })
    void shouldNotSuspectEveryName(String column) {
        assertThat(PiiNames.kind(column)).isEmpty();
    }
}
