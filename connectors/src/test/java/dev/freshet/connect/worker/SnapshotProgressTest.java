package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

class SnapshotProgressTest {
    /** The part of Debezium's bean that is shown; its names are the attributes'. */
    public interface FiguresMXBean {
        boolean isSnapshotRunning();

        boolean isSnapshotCompleted();

        int getTotalTableCount();

        int getRemainingTableCount();

        Map<String, Long> getRowsScanned();
    }

    private static final class Figures implements FiguresMXBean {
        private boolean running;
        private boolean completed;
        private int remaining = 3;
        private final Map<String, Long> rows = new HashMap<>();

        @Override
        public boolean isSnapshotRunning() {
            return running;
        }

        @Override
        public boolean isSnapshotCompleted() {
            return completed;
        }

        @Override
        public int getTotalTableCount() {
            return 3;
        }

        @Override
        public int getRemainingTableCount() {
            return remaining;
        }

        @Override
        public Map<String, Long> getRowsScanned() {
            return rows;
        }
    }

    @Test
    void tellsWhatIsNewAndNothingTwice() throws Exception {
        MBeanServer beans = MBeanServerFactory.newMBeanServer();
        SnapshotProgress progress = new SnapshotProgress("shop", beans);
        assertThat(progress.news()).isEmpty();
        Figures figures = new Figures();
        beans.registerMBean(
                figures, new ObjectName("debezium.postgres:type=connector-metrics,context=snapshot,server=shop"));
        beans.registerMBean(
                new Figures(),
                new ObjectName("debezium.postgres:type=connector-metrics,context=snapshot,server=other"));
        assertThat(progress.news()).isEmpty();
        figures.running = true;
        figures.rows.put("public.album", 300L);
        figures.rows.put("public.track", 21L);
        figures.remaining = 2;
        assertThat(progress.news()).contains("Source 'shop': snapshot, 2 of 3 tables to go, 321 rows.");
        assertThat(progress.news()).isEmpty();
        figures.running = false;
        figures.completed = true;
        assertThat(progress.news())
                .contains("Source 'shop': the snapshot is complete (321 rows); following the changes.");
        assertThat(progress.news()).isEmpty();
    }

    @Test
    void ofAnotherBeanThereIsNothingToTell() throws Exception {
        MBeanServer beans = MBeanServerFactory.newMBeanServer();
        beans.registerMBean(
                ManagementFactory.getRuntimeMXBean(),
                new ObjectName("debezium.mysql:type=connector-metrics,context=snapshot,server=shop"));
        assertThat(new SnapshotProgress("shop", beans).news()).isEmpty();
    }
}
