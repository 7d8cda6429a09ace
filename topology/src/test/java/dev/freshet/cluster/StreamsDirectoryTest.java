package dev.freshet.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.search.Node;
import dev.freshet.search.PartitionDirectory.Owners;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.StreamsMetadata;
import org.apache.kafka.streams.state.HostInfo;
import org.junit.jupiter.api.Test;

class StreamsDirectoryTest {
    private static final String TOPIC = "freshet.vectors";
    private static final Node HERE = new Node("127.0.0.1", 3110);
    private static final Node THERE = new Node("::1", 3111);

    private final Collection<StreamsMetadata> members = new ArrayList<>();
    private long now = TimeUnit.HOURS.toNanos(1);
    private int looks;
    private final StreamsDirectory directory = new StreamsDirectory(TOPIC, HERE, this::look, () -> now);

    private Collection<StreamsMetadata> look() {
        looks++;
        return List.copyOf(members);
    }

    /** A member of the application; its actives and standbys are of the topic, and it has a partition of another one too. */
    private record Member(
            String host, int port, Set<TopicPartition> topicPartitions, Set<TopicPartition> standbyTopicPartitions)
            implements StreamsMetadata {
        static Member of(String host, int port, int[] active, int... standby) {
            return new Member(host, port, partitions(active), partitions(standby));
        }

        private static Set<TopicPartition> partitions(int... numbers) {
            Set<TopicPartition> partitions = IntStream.of(numbers)
                    .mapToObj(number -> new TopicPartition(TOPIC, number))
                    .collect(Collectors.toSet());
            partitions.add(new TopicPartition("freshet.rows", 9));
            return partitions;
        }

        @Override
        public HostInfo hostInfo() {
            return new HostInfo(host, port);
        }

        @Override
        public Set<String> stateStoreNames() {
            return Set.of();
        }

        @Override
        public Set<String> standbyStateStoreNames() {
            return Set.of();
        }
    }

    @Test
    void shouldKnowWhoHoldsWhat() {
        members.add(Member.of("127.0.0.1", 3110, new int[] {0, 2}, 1, 3));
        members.add(Member.of("::1", 3111, new int[] {1}, 0));

        assertThat(directory.self()).isEqualTo(HERE);
        assertThat(directory.owners(0)).isEqualTo(new Owners(HERE, List.of(THERE)));
        assertThat(directory.owners(1)).isEqualTo(new Owners(THERE, List.of(HERE)));
        assertThat(directory.owners(2)).isEqualTo(new Owners(HERE, List.of()));
        assertThat(directory.owners(3))
                .as("only a standby, as its owner is gone")
                .isEqualTo(new Owners(null, List.of(HERE)));
        assertThat(directory.owners(9)).as("of another topic").isEqualTo(Owners.NOBODY);
        assertThat(looks).isEqualTo(1);
    }

    @Test
    void shouldLookAgainAfterAWhileOrWhenTold() {
        members.add(Member.of("127.0.0.1", 3110, new int[] {0}));
        assertThat(directory.owners(0).active()).isEqualTo(HERE);
        members.clear();
        members.add(Member.of("::1", 3111, new int[] {0}));

        now += TimeUnit.MILLISECONDS.toNanos(199);
        assertThat(directory.owners(0).active()).isEqualTo(HERE);
        now += TimeUnit.MILLISECONDS.toNanos(1);
        assertThat(directory.owners(0).active()).isEqualTo(THERE);
        members.clear();
        members.add(Member.of("127.0.0.1", 3110, new int[] {0}));
        directory.changed();
        assertThat(directory.owners(0).active()).isEqualTo(HERE);
        assertThat(looks).isEqualTo(3);
    }

    @Test
    void shouldKeepWhatItKnewWhileTheApplicationCannotBeAsked() {
        members.add(Member.of("::1", 3111, new int[] {0}));
        directory.changed();
        members.clear();
        directory.changed();

        assertThat(directory.owners(0).active()).isEqualTo(THERE);
    }

    @Test
    void shouldPassOverMembersThatGiveNoAddress() {
        members.add(
                Member.of(HostInfo.unavailable().host(), HostInfo.unavailable().port(), new int[] {0}, 1));

        assertThat(directory.owners(0)).isEqualTo(Owners.NOBODY);
        assertThat(directory.owners(1)).isEqualTo(Owners.NOBODY);
    }
}
