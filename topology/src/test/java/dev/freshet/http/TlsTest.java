package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestCertificates;
import dev.freshet.http.ServerTls.ClientCertificates;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.schemas.tls.ClientTls;
import dev.freshet.schemas.tls.KeySource;
import dev.freshet.schemas.tls.TrustSource;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** TLS with certificates that sign themselves: each trusts the other's. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // set before all tests
class TlsTest {
    private static final String STALE = "/v1/vectors/stale";

    private Path directory;

    private Path server;
    private Path caller;
    private Path stranger;

    @BeforeAll
    void make(@TempDir Path temporary) throws IOException {
        directory = temporary;
        server = TestCertificates.keyStore(directory.resolve("server.p12"), "server");
        caller = TestCertificates.keyStore(directory.resolve("caller.p12"), "caller");
        stranger = TestCertificates.keyStore(directory.resolve("stranger.p12"), "stranger");
    }

    @Test
    void shouldServeWithAKeyStore() throws Exception {
        try (RunningServer running = new RunningServer(security(key(server), null, ClientCertificates.NONE))) {
            assertThat(status(client(null, server), running)).isEqualTo(200);
            assertThatThrownBy(() -> status(client(null, stranger), running)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldServeWithFilesInPem() throws Exception {
        KeySource pem = new KeySource.PemFiles(
                TestCertificates.certificate(server, directory.resolve("server.crt")),
                TestCertificates.privateKey(server, directory.resolve("server.key")));
        try (RunningServer running = new RunningServer(security(pem, null, ClientCertificates.NONE))) {
            HttpClient client = client(null, server);
            assertThat(status(client, running)).isEqualTo(200);
        }
    }

    @Test
    void shouldRequireACertificateThatItTrusts() throws Exception {
        try (RunningServer running =
                new RunningServer(security(key(server), trust(caller), ClientCertificates.REQUIRED))) {
            assertThat(status(client(caller, server), running)).isEqualTo(200);
            assertThatThrownBy(() -> status(client(null, server), running)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> status(client(stranger, server), running)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void shouldWantACertificateAndTakeCallersWithout() throws Exception {
        try (RunningServer running = new RunningServer(security(key(server), trust(caller), ClientCertificates.WANT))) {
            assertThat(status(client(caller, server), running)).isEqualTo(200);
            assertThat(status(client(null, server), running)).isEqualTo(200);
        }
    }

    @Test
    void shouldAskForKeysBesidesCertificates() throws Exception {
        ApiKeys keys = ApiKeys.of(List.of(KeyEntry.of("reader", KeyRole.READ, null, "key-read")));
        HttpSecurity both =
                new HttpSecurity(keys, new ServerTls(key(server), trust(caller), ClientCertificates.REQUIRED));
        try (RunningServer running = new RunningServer(both)) {
            HttpClient client = client(caller, server);
            assertThat(status(client, running)).isEqualTo(401);
            assertThat(RunningServer.send(client, running.request(STALE).header("X-API-Key", "key-read"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldPutANewCertificateInForceAndKeepTheOldOneWhileTheFilesAreWrong() throws Exception {
        Path certificate = TestCertificates.certificate(server, directory.resolve("live.crt"));
        Path key = TestCertificates.privateKey(server, directory.resolve("live.key"));
        KeySource pem = new KeySource.PemFiles(certificate, key);
        try (RunningServer running = new RunningServer(security(pem, null, ClientCertificates.NONE))) {
            assertThat(subject(running)).isEqualTo("CN=server");

            replace(TestCertificates.certificate(caller, directory.resolve("next.crt")), certificate);
            assertThatThrownBy(pem::load).hasMessageContaining("is not that of the first certificate");
            assertThat(subject(running)).isEqualTo("CN=server");

            replace(TestCertificates.privateKey(caller, directory.resolve("next.key")), key);
            long deadline = System.nanoTime() + 30_000_000_000L;
            while (!subject(running).equals("CN=caller") && System.nanoTime() < deadline) {
                Thread.sleep(50);
            }
            assertThat(subject(running)).isEqualTo("CN=caller");
        }
    }

    @Test
    void shouldSayWhatIsWrongWithAFileAndHideItsPassword() throws Exception {
        Path pem = TestCertificates.certificate(server, directory.resolve("only.crt"));
        Path text = Files.writeString(directory.resolve("text"), "nothing of use");
        assertThatThrownBy(() -> new KeySource.StoreFile(server, "canary").load())
                .hasMessage("the password of " + server + " is wrong");
        assertThatThrownBy(() -> new KeySource.StoreFile(text, "canary").load())
                .hasMessage(text + " is no key store in PKCS #12 or JKS");
        assertThatThrownBy(() -> new KeySource.PemFiles(pem, pem).load())
                .hasMessage(pem + " holds no private key in PEM");
        assertThatThrownBy(() -> new TrustSource(text, "").load()).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new TrustSource(server, TestCertificates.PASSWORD).load())
                .hasMessageContaining("holds no trusted certificate");
        Path old = Files.writeString(directory.resolve("old.key"), "-----BEGIN RSA PRIVATE KEY-----\n");
        assertThatThrownBy(() -> new KeySource.PemFiles(pem, old).load()).hasMessageContaining("openssl pkcs8");
        assertThat(key(server) + " " + trust(server) + " " + key(server).load()).doesNotContain("canary");
        assertThat(new TrustSource(pem, "").load().size()).isEqualTo(1);
    }

    private static void replace(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static HttpSecurity security(KeySource key, @Nullable TrustSource trust, ClientCertificates clients) {
        return new HttpSecurity(ApiKeys.none(), new ServerTls(key, trust, clients));
    }

    private static KeySource key(Path store) {
        return new KeySource.StoreFile(store, TestCertificates.PASSWORD);
    }

    private TrustSource trust(Path store) throws IOException, GeneralSecurityException {
        Path file = directory.resolve(store.getFileName() + ".trust");
        return new TrustSource(TestCertificates.trustStore(store, file), TestCertificates.PASSWORD);
    }

    private HttpClient client(@Nullable Path own, Path trusted) throws IOException, GeneralSecurityException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(ClientTls.context(own == null ? null : key(own), trust(trusted)))
                .build();
    }

    private static int status(HttpClient client, RunningServer running) throws IOException, InterruptedException {
        return client.send(running.request(STALE).build(), BodyHandlers.ofString())
                .statusCode();
    }

    /** Of the certificate that a new connection gets. */
    private String subject(RunningServer running) throws Exception {
        Path both = directory.resolve("both.crt");
        Files.writeString(
                both,
                Files.readString(TestCertificates.certificate(server, directory.resolve("a.crt")))
                        + Files.readString(TestCertificates.certificate(caller, directory.resolve("b.crt"))));
        HttpClient client = HttpClient.newBuilder()
                .sslContext(ClientTls.context(null, new TrustSource(both, "")))
                .build();
        HttpResponse<String> response = client.send(running.request(STALE).build(), BodyHandlers.ofString());
        X509Certificate certificate =
                (X509Certificate) response.sslSession().orElseThrow().getPeerCertificates()[0];
        return certificate.getSubjectX500Principal().getName();
    }
}
