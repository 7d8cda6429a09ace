package dev.freshet.schemas.privacy;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What names of columns say of their values. A name tells if it holds one of the phrases below, word by word, and says neither before nor behind it that the
 * value is about the thing rather than the thing itself ({@code email_verified}, {@code is_phone}, {@code address_id}). A lone {@code name}, {@code city} or {@code
 * account} says too little: products and bands have names as well.
 */
final class PiiNames {
    private static final Pattern COMMA = Pattern.compile(", *");
    private static final Pattern BLANK = Pattern.compile(" ");

    /** Phrases that may stand anywhere in a name, separated by commas; some stand as one word as well, because people write them so. */
    private static final Map<PiiKind, List<List<String>>> PHRASES = phrases();

    /** Phrases that must be the whole name: within others they mean anything. */
    private static final Map<PiiKind, Set<String>> WHOLE = Map.of(
            PiiKind.PHONE, Set.of("mobile", "tel", "handy", "movil"),
            PiiKind.NATIONAL_ID, Set.of("nin", "nino", "dni", "nie", "nif", "cpf", "bsn", "hetu"),
            PiiKind.CARD, Set.of("pan"),
            PiiKind.BIRTH_DATE, Set.of("born", "nacimiento", "nascita", "nascimento", "naissance"),
            PiiKind.EMAIL, Set.of("mail", "correo"),
            PiiKind.NAME, Set.of("vorname", "lname", "fname"));

    /** Behind a phrase: the column is about it. */
    private static final Set<String> ABOUT_BEHIND = Set.of(
            "id",
            "ids",
            "count",
            "counts",
            "type",
            "types",
            "kind",
            "status",
            "state",
            "flag",
            "verified",
            "verification",
            "valid",
            "validated",
            "confirmed",
            "confirmation",
            "enabled",
            "disabled",
            "allowed",
            "sent",
            "at",
            "template",
            "templates",
            "subject",
            "body",
            "domain",
            "provider",
            "server",
            "host",
            "port",
            "opt",
            "optin",
            "optout",
            "notification",
            "notifications",
            "preference",
            "preferences",
            "setting",
            "settings",
            "language",
            "locale",
            "format",
            "length",
            "hash",
            "hashed",
            "masked",
            "token",
            "campaign",
            "opens",
            "clicks",
            "brand",
            "scheme",
            "version",
            "usage",
            "required",
            "label",
            "extension",
            "prefix",
            "suffix",
            "country",
            "city",
            "region",
            "zone",
            "calls",
            "model",
            "os",
            "attempts",
            "bounced",
            "expiry",
            "expiration",
            "limit");

    /** Before a phrase: likewise. */
    private static final Set<String> ABOUT_BEFORE = Set.of(
            "is",
            "has",
            "have",
            "had",
            "can",
            "allow",
            "allows",
            "send",
            "sends",
            "show",
            "hide",
            "require",
            "requires",
            "use",
            "uses",
            "num",
            "count",
            "total",
            "max",
            "min",
            "avg",
            "no",
            "without",
            "wants");

    /** Before {@code address}, it is not where people live. */
    private static final Set<String> OTHER_ADDRESSES = Set.of(
            "mac",
            "web",
            "url",
            "http",
            "https",
            "memory",
            "mem",
            "server",
            "host",
            "bind",
            "listen",
            "network",
            "contract",
            "wallet",
            "bitcoin",
            "btc",
            "eth",
            "ethereum",
            "register",
            "base",
            "hardware",
            "virtual",
            "broker",
            "advertised",
            "bus");

    private static final Set<String> ADDRESS_WORDS =
            Set.of("address", "addr", "adresse", "adres", "adress", "addresses");

    private PiiNames() {}

    /** What a column's name says; empty for nothing. */
    static Optional<PiiKind> kind(String column) {
        List<String> words = ColumnWords.of(column);
        String whole = String.join("", words);
        for (Map.Entry<PiiKind, Set<String>> entry : WHOLE.entrySet()) {
            if (entry.getValue().contains(whole)) {
                return Optional.of(entry.getKey());
            }
        }
        for (Map.Entry<PiiKind, List<List<String>>> entry : PHRASES.entrySet()) {
            for (List<String> phrase : entry.getValue()) {
                if (holds(words, phrase)) {
                    return Optional.of(entry.getKey());
                }
            }
        }
        return Optional.empty();
    }

    private static boolean holds(List<String> words, List<String> phrase) {
        int at = Collections.indexOfSubList(words, phrase);
        if (at < 0) {
            return false;
        }
        List<String> before = words.subList(0, at);
        List<String> behind = words.subList(at + phrase.size(), words.size());
        if (!before.isEmpty()
                && ADDRESS_WORDS.contains(phrase.get(0))
                && OTHER_ADDRESSES.contains(before.get(before.size() - 1))) {
            return false;
        }
        return Collections.disjoint(before, ABOUT_BEFORE) && Collections.disjoint(behind, ABOUT_BEHIND);
    }

    /** In the order in which they are looked for: an {@code email_address} is no address, nor is an {@code ip_address}. */
    private static Map<PiiKind, List<List<String>>> phrases() {
        Map<PiiKind, List<List<String>>> phrases = new LinkedHashMap<>();
        put(
                phrases,
                PiiKind.EMAIL,
                "email, emails, e mail, mail address, mailaddress, courriel, correo electronico, posta elettronica, eposta, sahkoposti,"
                        + " 邮箱, 电子邮件, 電子郵件");
        put(
                phrases,
                PiiKind.IP_ADDRESS,
                "ip, ipv4, ipv6, ip address, ipaddress, ipaddr, ip addr, remote addr, remoteaddr, remote address, client addr");
        put(
                phrases,
                PiiKind.CARD,
                "card number, cardnumber, card no, cardno, credit card, creditcard, cc number, ccnumber, debit card, kreditkarte,"
                        + " kreditkartennummer, kartennummer, carte bancaire, numero carte, numero de carte, numero tarjeta,"
                        + " numero de tarjeta, tarjeta de credito, cartao de credito, carta di credito, creditcardnummer");
        put(
                phrases,
                PiiKind.BANK_ACCOUNT,
                "iban, bank account, bankaccount, kontonummer, bankverbindung, rekeningnummer, numero de cuenta, numero de compte,"
                        + " conta bancaria, conto corrente");
        put(
                phrases,
                PiiKind.NATIONAL_ID,
                "ssn, social security, socialsecurity, national id, nationalid, national identification, national insurance,"
                        + " passport, passport number, passportnumber, tax id, taxid, taxpayer id, identity card, id card,"
                        + " personal id, driver license, driver licence, drivers license, drivers licence, driving licence,"
                        + " driving license, burgerservicenummer, personnummer, fodselsnummer, henkilotunnus, codice fiscale,"
                        + " codicefiscale, curp, pesel, rodne cislo, steuer id, steuerid, steueridentifikationsnummer, steuernummer,"
                        + " sozialversicherungsnummer, ausweisnummer, personalausweis, reisepass, passeport, pasaporte, passaporto,"
                        + " passaporte, securite sociale, documento identidad, aadhaar, aadhar,"
                        + " 身份证, 身份证号");
        put(
                phrases,
                PiiKind.BIRTH_DATE,
                "birth date, birthdate, birth day, birthday, date of birth, dateofbirth, birth dt, dob, geburtsdatum, geburtstag,"
                        + " date de naissance, date naissance, datenaissance, fecha de nacimiento, fecha nacimiento,"
                        + " fechanacimiento, data di nascita, data nascita, data de nascimento, data nascimento, geboortedatum,"
                        + " fodelsedatum, fodselsdato, syntymaaika, data urodzenia, datum narozeni, dogum tarihi");
        put(
                phrases,
                PiiKind.PHONE,
                "phone, phones, telephone, phone number, phonenumber, cellphone, cell phone, mobile phone, mobilephone,"
                        + " mobile number, mobilenumber, mobile no, fax, faxnumber, whatsapp, msisdn, telefon, telefonnummer,"
                        + " handynummer, mobilnummer, mobiltelefon, telefono, telefone, celular, telefoon, telefoonnummer,"
                        + " mobiel, puhelin, puhelinnumero,"
                        + " 电话, 手机, 手机号, 電話");
        put(
                phrases,
                PiiKind.ADDRESS,
                "address, address line, addresses, addr, street, streetaddress, streetname, adresse, anschrift, strasse,"
                        + " hausnummer, direccion, domicilio, indirizzo, endereco, morada, adres, straat, straatnaam, huisnummer,"
                        + " adress, gatuadress, osoite, ulica,"
                        + " 地址, 住址, 住所");
        put(
                phrases,
                PiiKind.NAME,
                "first name, firstname, given name, givenname, given names, forename, forenames, last name, lastname, surname,"
                        + " surnames, family name, familyname, middle name, middlename, maiden name, full name, fullname,"
                        + " birth name, person name, customer name, patient name, employee name, student name, passenger name,"
                        + " guest name, contact name, cardholder, card holder, account holder, vorname, vornamen, nachname,"
                        + " familienname, geburtsname, prenom, nom de famille, apellido, apellidos, nombre completo, cognome,"
                        + " nome completo, nome e cognome, sobrenome, apelido, voornaam, voornamen, achternaam, familienaam,"
                        + " fornamn, efternamn, fornavn, etternavn, efternavn, etunimi, sukunimi, imie, nazwisko, jmeno, prijmeni,"
                        + " soyad, soyadi, 姓名");
        return phrases;
    }

    private static void put(Map<PiiKind, List<List<String>>> phrases, PiiKind kind, String list) {
        phrases.put(
                kind,
                COMMA.splitAsStream(list)
                        .map(phrase -> BLANK.splitAsStream(phrase).toList())
                        .toList());
    }
}
