package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.Set;
import javax.management.JMException;
import javax.management.JMRuntimeException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.openmbean.TabularData;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the snapshot of one source is, as Debezium tells it by JMX inside this process. A source whose task runs in another worker shows nothing here. For one
 * thread.
 */
final class SnapshotProgress {
    private static final Logger log = LoggerFactory.getLogger(SnapshotProgress.class);

    private final String source;
    private final MBeanServer beans;
    private @Nullable String shown;

    SnapshotProgress(String source) {
        this(source, ManagementFactory.getPlatformMBeanServer());
    }

    SnapshotProgress(String source, MBeanServer beans) {
        this.source = requireNonNull(source, "source is null");
        this.beans = requireNonNull(beans, "beans is null");
    }

    /** A line to show; empty if nothing has changed since the last. */
    Optional<String> news() {
        try {
            Set<ObjectName> names = beans.queryNames(pattern(), null);
            if (names.isEmpty()) {
                return Optional.empty();
            }
            String line = line(names.iterator().next());
            if (line == null || line.equals(shown)) {
                return Optional.empty();
            }
            shown = line;
            return Optional.of(line);
        } catch (JMException | JMRuntimeException e) {
            // The task has just been stopped, or Debezium names its figures otherwise: there is no progress to show.
            log.debug("No progress of the snapshot of {}", source, e);
            return Optional.empty();
        }
    }

    private ObjectName pattern() throws MalformedObjectNameException {
        return new ObjectName("debezium.*:type=connector-metrics,context=snapshot,server=" + source + ",*");
    }

    private @Nullable String line(ObjectName name) throws JMException {
        boolean running = Boolean.TRUE.equals(beans.getAttribute(name, "SnapshotRunning"));
        boolean completed = Boolean.TRUE.equals(beans.getAttribute(name, "SnapshotCompleted"));
        if (!running && !completed) {
            return null;
        }
        Object rowsByTable = beans.getAttribute(name, "RowsScanned");
        long rows = rowsByTable instanceof TabularData table ? sum(table) : 0;
        if (completed) {
            return "Source '" + source + "': the snapshot is complete (" + rows + " rows); following the changes.";
        }
        return "Source '" + source + "': snapshot, " + beans.getAttribute(name, "RemainingTableCount") + " of "
                + beans.getAttribute(name, "TotalTableCount") + " tables to go, " + rows + " rows.";
    }

    private static long sum(TabularData table) {
        long sum = 0;
        for (Object row : table.values()) {
            if (row instanceof CompositeData data && data.get("value") instanceof Number n) {
                sum += n.longValue();
            }
        }
        return sum;
    }
}
