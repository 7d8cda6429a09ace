package dev.freshet.connect.source;

import dev.freshet.schemas.key.TopicNames;

/**
 * The topics that connectors and their workers need, besides the rows topic.
 *
 * @param names whose prefix they share
 */
public record ConnectTopics(TopicNames names) {
    /** Of the default prefix or another one. */
    public static ConnectTopics of(String prefix) {
        return new ConnectTopics(new TopicNames(prefix));
    }

    public String prefix() {
        return names.prefix();
    }

    public String rows() {
        return names.rows();
    }

    /** The configurations of connectors: what Connect itself keeps. */
    public String configs() {
        return prefix() + "-connect-configs";
    }

    /** How far each source has been read. */
    public String offsets() {
        return prefix() + "-connect-offsets";
    }

    /** What connectors and tasks are doing. */
    public String status() {
        return prefix() + "-connect-status";
    }

    /** Requests to connectors, such as for a snapshot; one partition. */
    public String signals() {
        return prefix() + "-connect-signals";
    }

    /** The last sign of life of each source; one partition, compacted. */
    public String heartbeats() {
        return prefix() + "-connect-heartbeats";
    }

    /** Where notifications would go if the transformation let any through: it is never made. */
    public String notifications() {
        return prefix() + "-connect-notifications";
    }

    /** The changes of tables of one MySQL or MariaDB source; one partition, kept for ever. */
    public String schemaHistory(String source) {
        return prefix() + "-connect-schema-history-" + source;
    }
}
