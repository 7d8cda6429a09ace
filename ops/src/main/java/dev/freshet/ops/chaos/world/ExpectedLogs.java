package dev.freshet.ops.chaos.world;

import static dev.freshet.ops.chaos.world.AllowedLog.always;
import static dev.freshet.ops.chaos.world.AllowedLog.during;
import static dev.freshet.ops.chaos.world.Circumstance.BAD_ROWS;
import static dev.freshet.ops.chaos.world.Circumstance.BROKER_LINK;
import static dev.freshet.ops.chaos.world.Circumstance.BROKER_RESTARTED;
import static dev.freshet.ops.chaos.world.Circumstance.CLOCK_JUMPED;
import static dev.freshet.ops.chaos.world.Circumstance.DISK_FULL;
import static dev.freshet.ops.chaos.world.Circumstance.MODEL;
import static dev.freshet.ops.chaos.world.Circumstance.NODE_PAUSED;
import static dev.freshet.ops.chaos.world.Circumstance.NODE_RESTARTED;
import static dev.freshet.ops.chaos.world.Circumstance.OLD_STATE;
import static dev.freshet.ops.chaos.world.Circumstance.REGISTRY_LINK;
import static dev.freshet.ops.chaos.world.Circumstance.SNAPSHOT_DAMAGED;
import static dev.freshet.ops.chaos.world.LogFile.Source.BROKER;
import static dev.freshet.ops.chaos.world.LogFile.Source.NODE;

import java.util.ArrayList;
import java.util.List;

/** What Freshet's and Kafka's processes are known to log when something is done to them, and why it is no sign of a mistake. */
final class ExpectedLogs {
    /** What passes by itself when tasks are done again. */
    private static final String PASSING =
            "TimeoutException|TaskCorruptedException|TaskMigratedException|ProducerFencedException"
                    + "|InvalidProducerEpochException|InvalidPidMappingException|UnknownProducerIdException|UnknownMemberIdException"
                    + "|FencedInstanceIdException|CommitFailedException|RebalanceInProgressException|RetriableCommitFailedException"
                    + "|DisconnectException|NotCoordinatorException|CoordinatorNotAvailableException|NetworkException"
                    + "|TransactionAbortedException|InvalidTxnStateException|ProcessorStateException";

    private ExpectedLogs() {}

    static List<AllowedLog> all() {
        List<AllowedLog> all = new ArrayList<>();
        all.addAll(ofCatalog());
        all.addAll(ofModel());
        all.addAll(ofState());
        all.addAll(ofRows());
        all.addAll(ofApplications());
        all.addAll(ofClients());
        all.addAll(ofBroker());
        return all;
    }

    private static List<AllowedLog> ofCatalog() {
        return List.of(
                during(
                        NODE,
                        "CatalogReader The catalog could not be brought up to date within",
                        "The broker did not answer in time; the last catalog stands, and it is read again.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED),
                during(
                        NODE,
                        "CatalogReader The catalog cannot be read for now, trying again",
                        "The broker or the registry did not answer; it is read again.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        REGISTRY_LINK,
                        NODE_PAUSED),
                always(
                        NODE,
                        "Freshet Waiting for the catalog's writer",
                        "A node that starts waits until the writer has its partition."));
    }

    private static List<AllowedLog> ofModel() {
        return List.of(
                during(
                        NODE,
                        "BatchDispatcher the model chaos (does not answer as it should|cannot be|is not there).*Rows wait, nothing is lost",
                        "The model misbehaves; its rows wait in the queue.",
                        MODEL),
                during(
                        NODE,
                        "EmbeddingPipeline Model chaos failed for index .* trying again in",
                        "The model misbehaves; the row stays in the queue.",
                        MODEL));
    }

    private static List<AllowedLog> ofState() {
        return List.of(
                during(
                        NODE,
                        "SnapshotFiles the snapshot .* is not used \\((DAMAGED|UNREADABLE|FOREIGN)\\)",
                        "A damaged snapshot is detected and the graph built from the store.",
                        SNAPSHOT_DAMAGED),
                during(
                        NODE,
                        "SnapshotFiles the snapshot .* is not used \\((OVERTAKEN|OLD)\\)",
                        "A snapshot from another time is detected and the graph built from the store.",
                        SNAPSHOT_DAMAGED,
                        OLD_STATE,
                        CLOCK_JUMPED),
                during(
                        NODE,
                        "Freshet The local state in .* was not followed for more than",
                        "By the clock the state is too old, and it is restored from the topic.",
                        CLOCK_JUMPED,
                        OLD_STATE),
                during(
                        NODE,
                        "Freshet The local state in .* has no stamp",
                        "There was no room on the disk for the stamp, and the state is restored from the topic.",
                        DISK_FULL),
                during(
                        NODE,
                        "SnapshotKeeper partition \\d+: the snapshot of index .* could not be written",
                        "There is no room on the disk; the snapshot before stays.",
                        DISK_FULL),
                during(
                        NODE,
                        "(?s)StateStamp cannot stamp .*No space left on device",
                        "There is no room on the disk; the stamp before stays.",
                        DISK_FULL));
    }

    private static List<AllowedLog> ofRows() {
        return List.of(
                during(
                        NODE,
                        "DeadLetters Dead letter ",
                        "A row that can never succeed becomes a dead letter; that it is one of those is checked elsewhere.",
                        BAD_ROWS),
                during(
                        NODE,
                        "DeadLetterReader The dead letters cannot be read for now, trying again",
                        "The broker did not answer; they are read again.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED));
    }

    private static List<AllowedLog> ofApplications() {
        return List.of(
                during(
                        NODE,
                        "HangingOffsets .* waited for offsets that producer",
                        "The broker was killed amid a commit and forgot the marker behind the offsets; the transaction is aborted there.",
                        BROKER_RESTARTED),
                during(
                        NODE,
                        "HangingOffsets .* does not run, and it cannot be told whether",
                        "The broker did not answer for so long that it was looked for the reason; it is asked again.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED),
                during(
                        NODE,
                        "StreamsRunner The (catalog|refresh|search) application failed and goes on in \\d+ ms from its last commit",
                        "The broker, the registry or the disk failed it; its thread is replaced.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        REGISTRY_LINK,
                        DISK_FULL),
                during(
                        NODE,
                        "StandbyProgress The end of partition \\d+ of .* is not known",
                        "The broker did not answer; it is asked again, and the standby does not answer until then.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED),
                during(
                        NODE,
                        "NodeMain The node did not start",
                        "It was started while the broker, the registry or the disk failed, and says so.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        REGISTRY_LINK,
                        DISK_FULL));
    }

    private static List<AllowedLog> ofClients() {
        return List.of(
                during(
                        NODE,
                        "^WARN org\\.apache\\.kafka\\.clients\\.",
                        "The broker cannot be reached, or took the group's partitions away meanwhile; clients try again.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        NODE_RESTARTED),
                always(
                        NODE,
                        "^WARN org\\.apache\\.kafka\\.clients\\.NetworkClient .*Error while fetching metadata .*(UNKNOWN_TOPIC_OR_PARTITION|LEADER_NOT_AVAILABLE)",
                        "A topic was created just now."),
                always(
                        NODE,
                        "ConsumerCoordinator .*The following subscribed topics are not assigned to any members",
                        "Another process of the group does not know a new topic yet; the group is balanced again."),
                during(
                        NODE,
                        "^WARN org\\.apache\\.kafka\\.streams\\.",
                        "Tasks move, or are done again from their last commit.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        NODE_RESTARTED,
                        REGISTRY_LINK,
                        DISK_FULL,
                        OLD_STATE,
                        SNAPSHOT_DAMAGED),
                always(
                        NODE,
                        "StateDirectory Using an OS temp directory in the state.dir property",
                        "It says nothing but where the directory is."),
                during(
                        NODE,
                        "^ERROR org\\.apache\\.kafka\\.(clients|streams)\\.[^\\x00]*(" + PASSING + ")",
                        "A task lost its partition, its transaction or the broker, and is done again from its last commit.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        NODE_RESTARTED,
                        DISK_FULL,
                        OLD_STATE),
                during(
                        NODE,
                        "^ERROR org\\.apache\\.kafka\\.clients\\.consumer\\.internals\\.ConsumerCoordinator .*Offset commit failed on partition",
                        "Its partitions went to another process meanwhile, which does again what was not committed.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        NODE_RESTARTED),
                during(
                        NODE,
                        "^PRINTED ERROR: transport error 202: send failed",
                        "Ours: the JVM's debugger interface had something to tell when the harness, which had waited for another node to come to a point, was gone.",
                        NODE_RESTARTED),
                during(
                        NODE,
                        "^ERROR org\\.apache\\.kafka\\.streams\\.processor\\.internals\\.(ProcessorNode|StreamTask .*task \\[\\d+_\\d+\\]) Processing exception handler is set to fail",
                        "Kafka's first line of an application that failed and goes on, which the application tells by itself.",
                        BROKER_LINK,
                        BROKER_RESTARTED,
                        NODE_PAUSED,
                        REGISTRY_LINK,
                        DISK_FULL),
                during(
                        NODE,
                        "^ERROR org\\.apache\\.kafka\\.streams\\.[^\\x00]*(No space left on device|IO error)",
                        "There is no room on the disk; the task is done again from its last commit.",
                        DISK_FULL));
    }

    private static List<AllowedLog> ofBroker() {
        return List.of(
                always(
                        BROKER,
                        "^WARN ",
                        "The broker has its own affairs, and no fault of ours explains them all: that it is busy, that a record came while it looked for old ones. What they do to rows and answers is checked."),
                always(BROKER, "EventPerformanceMonitor .*Exceptionally slow controller event", "The machine is busy."),
                during(
                        BROKER,
                        "^ERROR (kafka|org\\.apache\\.kafka|o\\.a\\.k|o\\.a\\.kafka|k)\\.",
                        "It recovers what was not closed cleanly, or cannot answer who is gone.",
                        BROKER_RESTARTED,
                        BROKER_LINK),
                during(
                        BROKER,
                        "(InvalidProducerEpochException|ProducerFencedException|producer epoch|UnknownMemberId|FencedInstanceId)",
                        "Who was away meanwhile has lost his transaction or membership.",
                        NODE_PAUSED,
                        NODE_RESTARTED));
    }
}
