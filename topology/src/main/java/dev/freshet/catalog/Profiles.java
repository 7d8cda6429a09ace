package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The reader profiles of a {@link Catalog}, and which of them is active. Immutable. */
public final class Profiles {
    public static final Profiles NONE = new Profiles(List.of(), null);

    private final Map<String, Profile> byId = new LinkedHashMap<>();
    private final @Nullable ActiveProfile active;

    public Profiles(Collection<Profile> profiles, @Nullable ActiveProfile active) {
        profiles.stream().sorted(Comparator.comparing(Profile::id)).forEach(profile -> byId.put(profile.id(), profile));
        this.active = active;
    }

    /** All profiles by id. */
    public List<Profile> all() {
        return List.copyOf(byId.values());
    }

    public Optional<Profile> find(String id) {
        return Optional.ofNullable(byId.get(requireNonNull(id, "id is null")));
    }

    /** Which profile is active; empty if none is. */
    public Optional<ActiveProfile> active() {
        return Optional.ofNullable(active);
    }

    public boolean isActive(String id) {
        return active != null && active.profile().equals(id);
    }
}
