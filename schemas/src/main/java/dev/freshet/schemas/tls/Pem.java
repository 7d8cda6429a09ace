package dev.freshet.schemas.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys in PEM (RFC 7468): base64 of DER between a line that begins it and one that ends it; text around them says nothing. */
final class Pem {
    private static final Pattern CERTIFICATE = block("CERTIFICATE");
    private static final Pattern KEY = block("PRIVATE KEY");
    private static final Pattern OTHER_KEY = Pattern.compile("-----BEGIN [A-Z]+ PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519", "Ed448");
    private static final byte[] CHALLENGE = {'f', 'r', 'e', 's', 'h', 'e', 't'};

    private Pem() {}

    private static Pattern block(String label) {
        return Pattern.compile("-----BEGIN " + label + "-----([A-Za-z0-9+/=\\s]*)-----END " + label + "-----");
    }

    /** A key store with the key and its certificates, with the empty password. */
    static KeyStore keyStore(Path certificates, Path key) throws IOException, GeneralSecurityException {
        List<Certificate> chain = certificates(certificates);
        PrivateKey privateKey = privateKey(key);
        requirePair(certificates, chain.get(0).getPublicKey(), key, privateKey);
        KeyStore store = empty();
        store.setKeyEntry("key", privateKey, new char[0], chain.toArray(Certificate[]::new));
        return store;
    }

    /** A key store that trusts each certificate of the file. */
    static KeyStore trustStore(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = empty();
        List<Certificate> certificates = certificates(file);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry("trusted-" + i, certificates.get(i));
        }
        return store;
    }

    private static KeyStore empty() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private static List<Certificate> certificates(Path file) throws IOException, CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<Certificate> certificates = new ArrayList<>();
        Matcher blocks = CERTIFICATE.matcher(text(file));
        while (blocks.find()) {
            try {
                certificates.add(factory.generateCertificate(new ByteArrayInputStream(decode(file, blocks.group(1)))));
            } catch (CertificateException e) {
                throw new IllegalArgumentException(file + " holds a certificate that is damaged", e);
            }
        }
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException(file + " holds no certificate in PEM");
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String text = text(file);
        Matcher blocks = KEY.matcher(text);
        if (!blocks.find()) {
            throw new IllegalArgumentException(file
                    + (OTHER_KEY.matcher(text).find()
                            ? " holds a private key that is encrypted or not in PKCS #8: write it anew with"
                                    + " openssl pkcs8 -topk8 -nocrypt, or use a key store"
                            : " holds no private key in PEM"));
        }
        PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(decode(file, blocks.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(key);
            } catch (InvalidKeySpecException e) {
                // It says which algorithm it is of, but the JDK does not tell: the next one, or the exception below.
            }
        }
        throw new IllegalArgumentException(
                file + " holds a private key that is none of " + String.join(", ", ALGORITHMS) + ", or is damaged");
    }

    /** While a pair of files is being replaced, they belong to different keys for a moment. */
    private static void requirePair(Path certificates, PublicKey publicKey, Path key, PrivateKey privateKey)
            throws GeneralSecurityException {
        String mismatch = "the private key in " + key + " is not that of the first certificate in " + certificates;
        String family = privateKey.getAlgorithm();
        if (!family.equals(publicKey.getAlgorithm())) {
            throw new IllegalArgumentException(mismatch);
        }
        Signature signature = Signature.getInstance(
                switch (family) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> family;
                });
        signature.initSign(privateKey);
        signature.update(CHALLENGE);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(CHALLENGE);
        if (!signature.verify(signed)) {
            throw new IllegalArgumentException(mismatch);
        }
    }

    private static byte[] decode(Path file, String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + " holds PEM that is damaged", e);
        }
    }

    private static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
