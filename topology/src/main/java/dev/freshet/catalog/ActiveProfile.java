package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * Which profile is the active one.
 *
 * @param profile its id
 * @param activatedBy the name of who activated it
 */
public record ActiveProfile(String profile, String activatedBy, Instant activated) {
    public ActiveProfile {
        requireNonNull(profile, "profile is null");
        requireNonNull(activatedBy, "activatedBy is null");
        requireNonNull(activated, "activated is null");
    }
}
