package dev.freshet.http.access;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A file of API keys, as text in UTF-8. It holds hashes, so that whoever reads it has no key. One key a line:
 *
 * <pre>
 * line    = name SP role [SP "profile=" id] SP "sha256:" 64 hexadecimal digits
 * role    = "read" | "write" | "admin"
 * </pre>
 *
 * <p>Fields are separated by blanks or tabs. Empty lines, and lines that start with '#', say nothing. Names are unique; no more than {@value #KEYS_MAX} keys, no
 * more than {@value #BYTES_MAX} bytes. A file with a line that is anything else is refused as a whole.
 *
 * <p>A change is written to a file beside it, which then takes its place: readers see the old or the new file. Changes by several processes
 * wait for each other, by the file NAME.lock.
 */
public final class KeysFile {
    private static final int KEYS_MAX = 1_000;
    private static final int BYTES_MAX = 1 << 20;
    private static final String PROFILE = "profile=";
    private static final String HASH = "sha256:";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path path;

    public KeysFile(Path path) {
        this.path = requireNonNull(path, "path is null").toAbsolutePath();
    }

    public Path path() {
        return path;
    }

    /**
     * The keys in it.
     *
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException if it is no file of keys; the message names the line and repeats nothing of it
     */
    public List<KeyEntry> read() throws IOException {
        return parse(lines());
    }

    /**
     * Adds a key, and makes the file (for its owner only) if there is none.
     *
     * @throws IllegalArgumentException if there is a key of this name, or the file is none of keys
     */
    public void add(KeyEntry entry) throws IOException {
        change(lines -> {
            lines.add(format(entry));
            parse(lines);
        });
    }

    /**
     * Deletes a key by its name.
     *
     * @return whether there was one
     */
    public boolean delete(String name) throws IOException {
        boolean[] found = new boolean[1];
        change(lines -> {
            parse(lines);
            found[0] = lines.removeIf(line -> says(line) && fields(line)[0].equals(name));
        });
        return found[0];
    }

    private interface Change {
        void apply(List<String> lines);
    }

    private void change(Change change) throws IOException {
        Files.createDirectories(requireNonNull(path.getParent(), "an absolute path of a file has a parent"));
        // A link, as to a mounted secret, stays a link.
        Path real = Files.exists(path) ? path.toRealPath() : path;
        try (FileChannel channel = FileChannel.open(
                real.resolveSibling(real.getFileName() + ".lock"),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                ownerOnly())) {
            channel.lock(); // Until the channel is closed.
            List<String> lines = Files.exists(real, LinkOption.NOFOLLOW_LINKS) ? lines() : new ArrayList<>();
            List<String> changed = new ArrayList<>(lines);
            change.apply(changed);
            if (!changed.equals(lines)) {
                write(real, changed);
            }
        }
    }

    private static void write(Path real, List<String> lines) throws IOException {
        Path temporary = real.resolveSibling(real.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (FileChannel channel = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), ownerOnly())) {
            ByteBuffer bytes =
                    ByteBuffer.wrap(lines.isEmpty() ? new byte[0] : (String.join("\n", lines) + "\n").getBytes(UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temporary, real, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static FileAttribute<?>[] ownerOnly() {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
    }

    private List<String> lines() throws IOException {
        byte[] bytes;
        try (var in = Files.newInputStream(path)) {
            bytes = in.readNBytes(BYTES_MAX + 1);
        }
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException("it is longer than " + BYTES_MAX + " bytes");
        }
        return new ArrayList<>(new String(bytes, UTF_8).lines().toList());
    }

    private static List<KeyEntry> parse(List<String> lines) {
        List<KeyEntry> entries = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < lines.size(); i++) {
            if (!says(lines.get(i))) {
                continue;
            }
            try {
                KeyEntry entry = entry(fields(lines.get(i)));
                if (!names.add(entry.name())) {
                    throw new IllegalArgumentException("there are two keys with the name '" + entry.name() + "'");
                }
                entries.add(entry);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
            }
        }
        if (entries.size() > KEYS_MAX) {
            throw new IllegalArgumentException("it has " + entries.size() + " keys, more than " + KEYS_MAX);
        }
        return List.copyOf(entries);
    }

    private static KeyEntry entry(String[] fields) {
        boolean tied = fields.length == 4 && fields[2].startsWith(PROFILE);
        if ((fields.length != 3 && !tied) || !fields[fields.length - 1].startsWith(HASH)) {
            throw new IllegalArgumentException("a key is written as NAME ROLE [profile=ID] sha256:HASH");
        }
        KeyRole role = KeyRole.of(fields[1])
                .orElseThrow(() -> new IllegalArgumentException("the role of a key is one of " + KeyRole.all()));
        return new KeyEntry(
                fields[0],
                role,
                tied ? fields[2].substring(PROFILE.length()) : null,
                fields[fields.length - 1].substring(HASH.length()));
    }

    private static String format(KeyEntry entry) {
        String profile = entry.profile() == null ? "" : " " + PROFILE + entry.profile();
        return entry.name() + " " + entry.role().text() + profile + " " + HASH + entry.sha256();
    }

    private static boolean says(String line) {
        return !line.isBlank() && !line.strip().startsWith("#");
    }

    private static String[] fields(String line) {
        return line.strip().split("[ \t]+", -1);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
