package dev.freshet.schemas.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;

/** Where a certificate and its private key are. The text form of every kind hides its secret. */
public sealed interface KeySource {
    /** A key store with a private key, and the password that opens both. */
    record Loaded(KeyStore store, String password) {
        public Loaded {
            requireNonNull(store, "store is null");
            requireNonNull(password, "password is null");
        }

        @Override
        public String toString() {
            return "Loaded[password=(hidden)]";
        }
    }

    /** What it is read from. */
    List<Path> files();

    /**
     * Reads it.
     *
     * @throws IOException if a file cannot be read, or the password is wrong
     * @throws IllegalArgumentException if there is no private key with its certificate; the message names the file
     */
    Loaded load() throws IOException, GeneralSecurityException;

    /** A key store in PKCS #12 or JKS. Its keys have the password of the store. */
    record StoreFile(Path file, String password) implements KeySource {
        public StoreFile {
            requireNonNull(file, "file is null");
            requireNonNull(password, "password is null");
        }

        @Override
        public List<Path> files() {
            return List.of(file);
        }

        @Override
        public Loaded load() throws IOException, GeneralSecurityException {
            KeyStore store = StoreFiles.load(file, password);
            StoreFiles.requirePrivateKey(file, store, password);
            return new Loaded(store, password);
        }

        @Override
        public String toString() {
            return "StoreFile[file=" + file + ", password=(hidden)]";
        }
    }

    /**
     * Two files in PEM.
     *
     * @param certificates the certificate first, then those that lead from it to its authority
     * @param key in PKCS #8 ({@code BEGIN PRIVATE KEY}), not encrypted
     */
    record PemFiles(Path certificates, Path key) implements KeySource {
        public PemFiles {
            requireNonNull(certificates, "certificates is null");
            requireNonNull(key, "key is null");
        }

        @Override
        public List<Path> files() {
            return List.of(certificates, key);
        }

        @Override
        public Loaded load() throws IOException, GeneralSecurityException {
            return new Loaded(Pem.keyStore(certificates, key), "");
        }
    }
}
