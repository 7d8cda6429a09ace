package dev.freshet.connect.worker;

import dev.freshet.connect.source.SourceType;
import dev.freshet.schemas.redact.Redaction;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What is wrong with a source, in words for an operator.
 *
 * @param reason the innermost causes of Connect's message or stack trace, one line, without secrets
 * @param remedy what to do
 * @param kind how much is known of it
 */
record Problem(String reason, String remedy, Kind kind) {
    private static final int CAUSES_MAX = 3;
    private static final int REASON_LENGTH_MAX = 600;
    private static final Pattern EXCEPTION = Pattern.compile("^(?:Caused by: )?[\\w.$]+(?:Exception|Error)(?:: |$)");

    private static final String ANYTHING_ELSE = "mend what it says and start again; the log has more";

    private static final List<Known> KNOWN = List.of(
            Known.of(
                    "forward REST request",
                    "another worker of the group does not answer under the address that it tells: check its listeners and"
                            + " rest.advertised.host.name (docs/sources.md)"),
            Known.of(
                    "wal_level",
                    "set wal_level=logical in postgresql.conf and restart the database (docs/sources.md has all it needs)"),
            Known.of(
                    "replication slot .* is active",
                    "another connector reads from this slot: stop it, or give this source another name"),
            Known.of(
                    "all replication slots are in use",
                    "raise max_replication_slots in postgresql.conf, or drop slots that nobody needs"),
            Known.of("number of requested standby connections exceeds", "raise max_wal_senders in postgresql.conf"),
            Known.of(
                    "must be (superuser|owner of table|owner of publication)|permission denied (for|to)",
                    "grant the user REPLICATION, SELECT on the tables, and ownership of them or a publication made by an"
                            + " owner (docs/sources.md)"),
            Known.of(
                    "publication .* does not exist|no publication",
                    "let the user create publications, or create it as docs/sources.md shows"),
            Known.of(
                    "password authentication failed|Access denied for user|authentication (failed|plugin)",
                    "check user and password, and that the variable or file that the password refers to holds the right one"),
            Known.of(
                    "Access denied; you need|REPLICATION (CLIENT|SLAVE)|BINLOG MONITOR",
                    "grant the user SELECT, RELOAD, LOCK TABLES, REPLICATION SLAVE and REPLICATION CLIENT (docs/sources.md)"),
            Known.of(
                    "binlog_format|binlog_row_image|not configured to use a (ROW|FULL)|log_bin|binlog is disabled|binlogs?.* not enabled",
                    "start the server with log_bin, binlog_format=ROW and binlog_row_image=FULL (docs/sources.md)"),
            // Debezium's own advice, to restart with another snapshot mode, is for a history of tables that was lost.
            Known.of(
                    "internal schema size \\d+, but row size \\d+|Data row is smaller than a column index",
                    "a session wrote rows without all of their columns: see rows that are not whole in docs/sources.md"),
            Known.of(
                    "no longer available on the server|could not find first log file|purged",
                    "the server has deleted the changes that this source had still to read: ask for a snapshot by"
                            + " debezium.snapshot.mode=when_needed, and keep binary logs or slots longer"),
            Known.of(
                    "same server_uuid/server_id|server_id .* already",
                    "another client has this source's server id: set debezium.database.server.id to a free one"),
            Known.of(
                    "database \".*\" does not exist|Unknown database",
                    "check the database's name, whose letters' case matters"),
            Known.of(
                    "UnknownHost|Connection refused|Connection to \\S+ refused|connect timed out|Communications link failure|connection attempt failed|No route to host|Socket fail to connect",
                    "check host and port, and that the server takes connections from here"),
            Known.ofConfiguration(
                    "Could not (read|find).*(file|directory)|NoSuchFileException|config provider|Failed to resolve",
                    "check the file or variable that a setting refers to with ${…}, on every worker of the group"),
            Known.ofConfiguration(
                    "Failed to find any class that implements|ClassNotFoundException",
                    "the plug-in is missing from the plug-in path: build it with ./freshet, or check --plugin-path"));

    /** Whether it may pass by itself. */
    enum Kind {
        /** A wrong setting, or something missing on a worker: it does not pass. */
        CONFIGURATION,
        /** A known reason, which may pass when a server or worker is back. */
        KNOWN,
        UNKNOWN
    }

    private record Known(Pattern seen, String remedy, Kind kind) {
        static Known of(String seen, String remedy) {
            return new Known(Pattern.compile(seen, Pattern.CASE_INSENSITIVE), remedy, Kind.KNOWN);
        }

        static Known ofConfiguration(String seen, String remedy) {
            return new Known(Pattern.compile(seen, Pattern.CASE_INSENSITIVE), remedy, Kind.CONFIGURATION);
        }
    }

    /** Of what Connect says when it refuses a configuration. */
    static Problem ofRefusal(String message) {
        return of(message.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty()
                        && !line.startsWith("Connector configuration is invalid")
                        && !line.startsWith("You can also find"))
                .toList());
    }

    /** Of a stack trace. */
    static Problem ofTrace(String trace) {
        List<String> causes = new ArrayList<>(trace.lines()
                .filter(line -> EXCEPTION.matcher(line).find())
                .map(line -> line.replaceFirst("^Caused by: ", ""))
                .map(line -> line.replaceFirst("^[\\w.$]+\\.([\\w$]+)", "$1"))
                .toList());
        if (causes.isEmpty()) {
            causes.addAll(trace.lines().limit(1).toList());
        }
        return of(causes.subList(Math.max(0, causes.size() - CAUSES_MAX), causes.size()));
    }

    private static Problem of(List<String> lines) {
        String text = Redaction.redact(String.join("; ", lines));
        String reason = text.length() <= REASON_LENGTH_MAX ? text : text.substring(0, REASON_LENGTH_MAX) + " …";
        return KNOWN.stream()
                .filter(known -> known.seen().matcher(text).find())
                .map(known -> new Problem(reason, known.remedy(), known.kind()))
                .findFirst()
                .orElseGet(() -> new Problem(reason, ANYTHING_ELSE, Kind.UNKNOWN));
    }

    /** In one line. */
    String text(String source, SourceType type) {
        return "source '" + source + "' (" + type.text() + ") failed: " + reason.replaceFirst("\\.+$", "")
                + ". What to do: " + remedy + ".";
    }
}
