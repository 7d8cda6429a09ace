package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * When the rows of a dataset with the policy {@link RefreshPolicy#SCHEDULED} are embedded.
 *
 * <p>Where clocks are put forward, a time that does not exist on that day comes at the moment when they are. Where they are put back, a fixed time
 * comes once, at its first occurrence, and what comes every hour or more often goes on as ever.
 *
 * <p>Which time zones there are depends on the JDK. One that another process has taken need not be known here: it is kept as text, so that a dataset can
 * be read wherever its times cannot be told.
 *
 * @param cron five fields, as in a crontab: minute, hour, day of the month, month, day of the week
 * @param zone id of the time zone in which they are read
 */
public record RefreshSchedule(String cron, String zone) {
    private static final int LENGTH_MAX = 200;
    private static final CronParser PARSER = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

    public RefreshSchedule {
        requireNonNull(cron, "cron is null");
        requireNonNull(zone, "zone is null");
    }

    /**
     * The schedule that a user asks for, or {@code INVALID_SCHEDULE} with the reason.
     *
     * @param zone a time zone's id, for example {@code Europe/Amsterdam}; null means UTC
     */
    public static RefreshSchedule of(String cron, @Nullable String zone) {
        ZoneId known = zone(zone == null ? "UTC" : zone);
        RefreshSchedule schedule = new RefreshSchedule(cron.strip().replaceAll("\\s+", " "), known.getId());
        schedule.check();
        return schedule;
    }

    /** Throws {@code INVALID_SCHEDULE} if this is no cron expression, or one whose time never comes, or if there is no such time zone here. */
    void check() {
        if (cron.length() > LENGTH_MAX) {
            throw invalid("it has " + cron.length() + " characters, must have at most " + LENGTH_MAX);
        }
        Optional<Instant> next;
        try {
            next = next(Instant.EPOCH);
        } catch (IllegalArgumentException e) {
            throw invalid(String.valueOf(e.getMessage()));
        }
        if (next.isEmpty()) {
            throw invalid("it names a day that never comes");
        }
    }

    /**
     * The first time of the schedule after this one; empty if there is none. Throws {@code INVALID_SCHEDULE} if the time zone is not known to this JDK.
     */
    public Optional<Instant> next(Instant after) {
        ZoneId known = zone(zone);
        ExecutionTime times = ExecutionTime.forCron(PARSER.parse(cron));
        Optional<Instant> next = times.nextExecution(after.atZone(known)).map(ZonedDateTime::toInstant);
        return skipped(times, known, after)
                .filter(moment -> next.isEmpty() || moment.isBefore(next.get()))
                .or(() -> next);
    }

    /** The newest time of the schedule that is after the one and not after the other; empty if there is none. */
    Optional<Instant> newest(Instant after, Instant until) {
        Optional<Instant> newest = next(after).filter(time -> !time.isAfter(until));
        if (newest.isEmpty()) {
            return newest;
        }
        Instant found = newest.get();
        Instant none =
                until; // No time comes after this one. Halving the rest finds the newest of years of minutes at once.
        while (found.isBefore(none)) {
            Instant middle = found.plus(Duration.between(found, none).dividedBy(2));
            Optional<Instant> later = next(middle).filter(time -> !time.isAfter(until));
            if (later.isPresent()) {
                found = later.get();
            } else {
                none = middle;
            }
        }
        return Optional.of(found);
    }

    /** When the clocks are next put forward, if a time of the schedule is among those that they skip. */
    private static Optional<Instant> skipped(ExecutionTime times, ZoneId zone, Instant after) {
        ZoneOffsetTransition transition = zone.getRules().nextTransition(after);
        if (transition == null || !transition.isGap()) {
            return Optional.empty();
        }
        LocalDateTime before = transition.getDateTimeBefore().minusSeconds(1);
        return times.nextExecution(before.atZone(ZoneOffset.UTC))
                .filter(time -> time.toLocalDateTime().isBefore(transition.getDateTimeAfter()))
                .map(time -> transition.getInstant());
    }

    private FreshetException invalid(String reason) {
        return new FreshetException(
                ErrorCode.INVALID_SCHEDULE,
                "the schedule '" + (cron.length() > LENGTH_MAX ? cron.substring(0, LENGTH_MAX) + "…" : cron)
                        + "' cannot be: " + reason
                        + "; it needs the five fields of a crontab (minute, hour, day of the month, month, day of the week), for example '0 3 * * *'");
    }

    private static ZoneId zone(String id) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw new FreshetException(
                    ErrorCode.INVALID_SCHEDULE,
                    "there is no time zone '" + id + "'; name one as Europe/Amsterdam, or UTC",
                    e);
        }
    }
}
