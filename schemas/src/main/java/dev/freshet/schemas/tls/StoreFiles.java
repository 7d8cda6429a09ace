package dev.freshet.schemas.tls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import java.util.Collections;

/** Key stores in files. */
final class StoreFiles {
    private static final int JKS_MAGIC = 0xfeedfeed;

    private StoreFiles() {}

    static boolean isPem(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1).contains("-----BEGIN ");
    }

    static KeyStore load(Path file, String password) throws IOException, GeneralSecurityException {
        byte[] bytes = Files.readAllBytes(file);
        boolean jks = bytes.length >= 4 && ByteBuffer.wrap(bytes).getInt() == JKS_MAGIC;
        KeyStore store = KeyStore.getInstance(jks ? "JKS" : "PKCS12");
        try {
            store.load(new ByteArrayInputStream(bytes), password.toCharArray());
        } catch (IOException e) {
            throw new IOException(
                    e.getCause() instanceof UnrecoverableKeyException
                            ? "the password of " + file + " is wrong"
                            : file + " is no key store in PKCS #12 or JKS",
                    e);
        }
        return store;
    }

    static void requirePrivateKey(Path file, KeyStore store, String password) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isKeyEntry(alias)) {
                try {
                    store.getKey(alias, password.toCharArray());
                } catch (UnrecoverableKeyException e) {
                    throw new IllegalArgumentException(
                            "the private key in " + file + " has another password than the file", e);
                }
                return;
            }
        }
        throw new IllegalArgumentException(file + " holds no private key");
    }

    static KeyStore requireCertificates(Path file, KeyStore store) throws GeneralSecurityException {
        for (String alias : Collections.list(store.aliases())) {
            if (store.isCertificateEntry(alias)) {
                return store;
            }
        }
        throw new IllegalArgumentException(file
                + " holds no trusted certificate: add one with keytool -importcert, or give the certificates in PEM");
    }
}
