package dev.freshet.http.access;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The API keys that a server knows: a fixed one, those of a file that is followed, both or none.
 *
 * <ul>
 *   <li>A key that is added to the file or deleted from it counts from a second later on, at the latest.
 *   <li>Once a server is told to ask for keys it does so, even if the file holds none any more.
 *   <li>A key is looked for in all entries by its hash, in constant time each.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class ApiKeys {
    /** The name of the key that stands in the settings. */
    public static final String SETTINGS_KEY = "http.admin.key";

    /** How often the file is looked at. */
    static final Duration INTERVAL = Duration.ofSeconds(1);

    private final List<KeyEntry> fixed;
    private final @Nullable FollowedFiles<List<KeyEntry>> followed;

    private ApiKeys(List<KeyEntry> fixed, @Nullable FollowedFiles<List<KeyEntry>> followed) {
        this.fixed = List.copyOf(fixed);
        this.followed = followed;
    }

    /** For a server that asks nobody. */
    public static ApiKeys none() {
        return new ApiKeys(List.of(), null);
    }

    /** These keys and no others. */
    public static ApiKeys of(List<KeyEntry> entries) {
        if (entries.isEmpty()) {
            throw new IllegalArgumentException("there is no key");
        }
        return new ApiKeys(entries, null);
    }

    /**
     * The keys of a file, and a fixed key with the role admin.
     *
     * @param adminKey null for none
     * @throws IOException if the file cannot be read
     * @throws IllegalArgumentException if the file is none of keys
     */
    public static ApiKeys of(@Nullable String adminKey, Path file) throws IOException {
        return of(adminKey, file, System::nanoTime);
    }

    static ApiKeys of(@Nullable String adminKey, Path file, LongSupplier nanoTime) throws IOException {
        KeysFile keys = new KeysFile(file);
        List<KeyEntry> fixed = new ArrayList<>();
        if (adminKey != null) {
            fixed.add(adminKey(adminKey));
        }
        try {
            return new ApiKeys(
                    fixed,
                    new FollowedFiles<>(
                            "The file of API keys " + keys, List.of(keys.path()), keys::read, INTERVAL, nanoTime));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("reading hashes needs no cryptography", e);
        }
    }

    /** The entry of a key that stands in the settings. */
    public static KeyEntry adminKey(String key) {
        return KeyEntry.of(SETTINGS_KEY, KeyRole.ADMIN, null, key);
    }

    /** Whether callers need a key. */
    public boolean required() {
        return !fixed.isEmpty() || followed != null;
    }

    /** Whose key this is, if anybody's. */
    public Optional<Principal> find(String key) {
        String hash = KeyEntry.hash(requireNonNull(key, "key is null"));
        KeyEntry found = matching(hash, fixed, null);
        if (followed != null) {
            found = matching(hash, followed.current(), found);
        }
        return Optional.ofNullable(found).map(KeyEntry::principal);
    }

    private static @Nullable KeyEntry matching(String hash, List<KeyEntry> entries, @Nullable KeyEntry found) {
        KeyEntry match = found;
        for (KeyEntry entry : entries) {
            // No way out: how long it takes must not tell where in the list a key stands.
            if (entry.matches(hash) && match == null) {
                match = entry;
            }
        }
        return match;
    }

    @Override
    public String toString() {
        return "ApiKeys[" + (required() ? "required" : "none") + "]";
    }
}
