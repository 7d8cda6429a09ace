package dev.freshet.http.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeysFileTest {
    private static final String HASH = "0123456789abcdef".repeat(4);

    private Path path;
    private KeysFile file;

    @BeforeEach
    void create(@TempDir Path directory) {
        path = directory.resolve("sub").resolve("keys");
        file = new KeysFile(path);
    }

    @Test
    void shouldKeepWhatIsAddedInTheOrderOfAddingWithAnyChanges() throws IOException {
        RandomGenerator random = TestRandom.create(KeysFileTest.class);
        List<KeyEntry> model = new ArrayList<>();
        for (int step = 0; step < 60; step++) {
            String name = "key" + random.nextInt(12);
            boolean exists = model.stream().anyMatch(entry -> entry.name().equals(name));
            if (random.nextInt(3) == 0) {
                if (Files.exists(path) || exists) {
                    assertThat(file.delete(name)).isEqualTo(exists);
                }
                model.removeIf(entry -> entry.name().equals(name));
            } else {
                KeyRole role = List.of(KeyRole.values()).get(random.nextInt(3));
                KeyEntry entry = KeyEntry.of(name, role, role == KeyRole.READ ? "support" : null, "k" + step);
                if (exists) {
                    assertThatThrownBy(() -> file.add(entry)).hasMessageContaining("two keys with the name '" + name);
                } else {
                    file.add(entry);
                    model.add(entry);
                }
            }
            if (Files.exists(path)) {
                assertThat(file.read()).isEqualTo(model);
            }
        }
    }

    @Test
    void shouldBeItsOwnersAloneAndHoldNoKey() throws IOException {
        String key = KeyEntry.newKey(new SecureRandom());
        file.add(KeyEntry.of("ci", KeyRole.WRITE, null, key));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(path)).startsWith("ci write sha256:").doesNotContain(key, key.substring(3));
        assertThat(key).startsWith("fk_").hasSize(46);
        assertThat(KeyEntry.newKey(new SecureRandom())).isNotEqualTo(key);
    }

    @Test
    void shouldKeepRemarksAndALinkALink() throws IOException {
        Files.createDirectories(path.getParent());
        Path real = Files.writeString(path.resolveSibling("real"), "# ours\n\n  a \t read   sha256:" + HASH + "\r\n");
        Files.createSymbolicLink(path, real);
        file.add(KeyEntry.of("b", KeyRole.ADMIN, null, "x"));
        assertThat(file.delete("a")).isTrue();
        assertThat(path).isSymbolicLink();
        assertThat(Files.readAllLines(real)).containsExactly("# ours", "", "b admin sha256:" + KeyEntry.hash("x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a read",
                "a read sha256:canary",
                "a cook sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a read sha512:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a read profile= sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a write profile=p sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a read profile=active sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "a read profile=p more sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "ä read sha256:" + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "fk_canary"
            })
    void shouldRefuseAFileWithABadLineAndNotRepeatIt(String line) throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "good read sha256:" + HASH + "\n" + line + "\n");
        assertThatThrownBy(file::read)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line 2: ")
                .hasMessageNotContaining("canary")
                .hasMessageNotContaining("0123456789");
        assertThatThrownBy(() -> file.add(KeyEntry.of("c", KeyRole.READ, null, "c")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Files.readString(path)).endsWith(line + "\n");
    }

    @Test
    void shouldFollowTheFileAndKeepTheOldKeysWhileItIsBroken() throws IOException {
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 10);
        file.add(KeyEntry.of("one", KeyRole.READ, null, "key-1"));
        ApiKeys keys = ApiKeys.of("a".repeat(30), path, clock::get);
        assertThat(keys.find("key-1")).contains(new Principal("one", KeyRole.READ, null));
        assertThat(keys.find("a".repeat(30))).contains(new Principal("http.admin.key", KeyRole.ADMIN, null));
        assertThat(keys.find("key-2")).isEmpty();
        assertThat(keys.find("")).isEmpty();

        file.add(KeyEntry.of("two", KeyRole.READ, "p", "key-2"));
        file.delete("one");
        assertThat(keys.find("key-1")).as("not looked at yet").isPresent();
        clock.addAndGet(ApiKeys.INTERVAL.toNanos());
        assertThat(keys.find("key-1")).isEmpty();
        assertThat(keys.find("key-2")).contains(new Principal("two", KeyRole.READ, "p"));

        Files.writeString(path, "nonsense");
        clock.addAndGet(ApiKeys.INTERVAL.toNanos());
        assertThat(keys.find("key-2")).isPresent();
        Files.delete(path);
        clock.addAndGet(ApiKeys.INTERVAL.toNanos());
        assertThat(keys.find("key-2")).isPresent();

        Files.writeString(path, "");
        clock.addAndGet(ApiKeys.INTERVAL.toNanos());
        assertThat(keys.find("key-2")).isEmpty();
        assertThat(keys.required()).as("a file without keys opens nothing").isTrue();
        assertThat(ApiKeys.none().required()).isFalse();
    }
}
