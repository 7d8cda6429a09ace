package dev.freshet;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates that sign themselves, made by the JDK's keytool, in the formats that settings take. */
public final class TestCertificates {
    public static final String PASSWORD = "canary-store-password";

    private TestCertificates() {}

    /** A key store in PKCS #12 with a key (EC) and its certificate for localhost and 127.0.0.1. */
    public static Path keyStore(Path file, String commonName) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair"));
        command.addAll(List.of("-alias", "key", "-keyalg", "EC", "-groupname", "secp256r1", "-validity", "30"));
        command.addAll(List.of("-dname", "CN=" + commonName, "-ext", "san=dns:localhost,ip:127.0.0.1"));
        command.addAll(List.of("-keystore", file.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!keytool.waitFor(60, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IllegalStateException("keytool: " + output);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        return file;
    }

    /** The certificate of a key store, in PEM. */
    public static Path certificate(Path keyStore, Path file) throws IOException, GeneralSecurityException {
        return pem(file, "CERTIFICATE", certificate(load(keyStore)).getEncoded());
    }

    /** The private key of a key store, in PEM. */
    public static Path privateKey(Path keyStore, Path file) throws IOException, GeneralSecurityException {
        return pem(
                file,
                "PRIVATE KEY",
                load(keyStore).getKey("key", PASSWORD.toCharArray()).getEncoded());
    }

    /** A trust store in PKCS #12 with the certificate of a key store. */
    public static Path trustStore(Path keyStore, Path file) throws IOException, GeneralSecurityException {
        KeyStore trust = KeyStore.getInstance("PKCS12");
        trust.load(null, null);
        trust.setCertificateEntry("trusted", certificate(load(keyStore)));
        try (var out = Files.newOutputStream(file)) {
            trust.store(out, PASSWORD.toCharArray());
        }
        return file;
    }

    private static Certificate certificate(KeyStore store) throws GeneralSecurityException {
        return store.getCertificate("key");
    }

    private static KeyStore load(Path file) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static Path pem(Path file, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return Files.writeString(file, "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n");
    }
}
