package dev.freshet.schemas.tls;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;

/**
 * The certificates that are trusted: a file in PKCS #12, JKS or PEM (certificates one after another). The text form hides the password.
 *
 * @param password empty for PEM
 */
public record TrustSource(Path file, String password) {
    public TrustSource {
        requireNonNull(file, "file is null");
        requireNonNull(password, "password is null");
    }

    /**
     * Reads it.
     *
     * @throws IOException if the file cannot be read, or the password is wrong
     * @throws IllegalArgumentException if there is no certificate in it; the message names the file
     */
    public KeyStore load() throws IOException, GeneralSecurityException {
        return StoreFiles.isPem(file)
                ? Pem.trustStore(file)
                : StoreFiles.requireCertificates(file, StoreFiles.load(file, password));
    }

    @Override
    public String toString() {
        return "TrustSource[file=" + file + ", password=(hidden)]";
    }
}
