package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.ZoneId;

/**
 * When the rows of a dataset with the policy {@link RefreshPolicy#SCHEDULED} are embedded.
 *
 * @param cron five fields, as in a crontab
 * @param zone in which they are read
 */
public record RefreshSchedule(String cron, ZoneId zone) {
    public RefreshSchedule {
        requireNonNull(cron, "cron is null");
        requireNonNull(zone, "zone is null");
    }
}
