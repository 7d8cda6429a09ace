package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CreateIndex;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DropDataset;
import dev.freshet.schemas.avro.DropIndex;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What each command does to a catalog: pure, so that the writer's every decision can be tested without Kafka. */
final class CatalogRules {
    private CatalogRules() {}

    static CatalogDecision decide(Catalog catalog, CatalogCommand command, Instant now) {
        Object body = command.getCommand();
        try {
            if (body instanceof PutDataset put) {
                return putDataset(catalog, put, now);
            }
            if (body instanceof DropDataset drop) {
                return dropDataset(catalog, drop.getName(), now);
            }
            if (body instanceof CreateIndex create) {
                return createIndex(catalog, create, now);
            }
            if (body instanceof DropIndex drop) {
                return dropIndex(catalog, drop.getName(), now);
            }
            if (body instanceof RegisterTopic register) {
                return registerTopic(catalog, register, now);
            }
            if (body instanceof StartMerge start) {
                return JobRules.startMerge(catalog, start, now);
            }
            return new Refused(ErrorCode.BAD_REQUEST, "unknown command");
        } catch (FreshetException e) {
            return new Refused(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private static CatalogDecision putDataset(Catalog catalog, PutDataset put, Instant now) {
        DatasetEntry wanted = put.getDataset();
        String name = Names.require("dataset", wanted.getName());
        requireColumns(wanted);
        Optional<Dataset> existing = catalog.dataset(name);
        if (existing.isPresent()) {
            return changeDataset(catalog, existing.get(), wanted);
        }
        long id = catalog.lastId() + 1;
        List<Write> writes = new ArrayList<>();
        DatasetEntry entry = DatasetEntry.newBuilder(wanted)
                .setId(id)
                .setCreated(now)
                .setRevision(0)
                .build();
        writes.add(write(CatalogEntries.key(entry), entry));
        IndexEntry index = put.getIndex();
        if (index != null) {
            requireFreeIndexName(catalog, index.getName());
            id++;
            IndexEntry numbered = IndexEntry.newBuilder(index)
                    .setId(id)
                    .setDatasetId(entry.getId())
                    .setCreated(now)
                    .build();
            writes.add(write(CatalogEntries.key(numbered), numbered));
        }
        return new Accepted(writes, true, id);
    }

    private static CatalogDecision changeDataset(Catalog catalog, Dataset existing, DatasetEntry wanted) {
        if (existing.direct()) {
            return new Refused(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + existing.name()
                            + "' belongs to the direct index of the same name and has no columns of its own");
        }
        if (!existing.idColumns().equals(wanted.getIdColumns())) {
            return new Refused(
                    ErrorCode.ID_COLUMNS_CHANGED,
                    "dataset '" + existing.name() + "' has id_columns " + existing.idColumns()
                            + ", which cannot change to " + wanted.getIdColumns()
                            + ": create a dataset of another name and ingest its rows there");
        }
        DatasetEntry entry = DatasetEntry.newBuilder(wanted)
                .setId(existing.id())
                .setCreated(existing.created())
                .setRevision(existing.revision())
                .build();
        if (CatalogEntries.dataset(entry).equals(existing)) {
            return new Accepted(List.of(), false, catalog.lastId());
        }
        entry.setRevision(existing.revision() + 1);
        return new Accepted(List.of(write(CatalogEntries.key(entry), entry)), false, catalog.lastId());
    }

    private static CatalogDecision dropDataset(Catalog catalog, String name, Instant now) {
        Optional<Dataset> found = catalog.dataset(name);
        if (found.isEmpty()) {
            return new Refused(ErrorCode.DATASET_NOT_FOUND, "there is no dataset '" + name + "'");
        }
        Dataset dataset = found.get();
        if (dataset.direct()) {
            return new Refused(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + name + "' belongs to the direct index of the same name: delete that index");
        }
        return dropWithIndexes(catalog, dataset, now);
    }

    private static CatalogDecision dropWithIndexes(Catalog catalog, Dataset dataset, Instant now) {
        List<Write> writes = new ArrayList<>(JobRules.dropped(catalog, dataset, now));
        for (IndexDefinition index : catalog.indexesOf(dataset.id())) {
            writes.add(new Write("index/" + index.id(), null));
        }
        writes.add(new Write("dataset/" + dataset.id(), null));
        return new Accepted(writes, false, catalog.lastId());
    }

    private static CatalogDecision createIndex(Catalog catalog, CreateIndex create, Instant now) {
        IndexEntry wanted = create.getIndex();
        String name = Names.require("index", wanted.getName());
        requireFreeIndexName(catalog, name);
        long id = catalog.lastId();
        List<Write> writes = new ArrayList<>();
        long datasetId;
        String datasetName = create.getDataset();
        if (datasetName == null) {
            if (catalog.dataset(name).isPresent()) {
                return new Refused(
                        ErrorCode.DATASET_EXISTS,
                        "a direct index owns a dataset of its name, and there already is a dataset '" + name + "'");
            }
            datasetId = ++id;
            DatasetEntry dataset = DatasetEntry.newBuilder()
                    .setId(datasetId)
                    .setName(name)
                    .setIdColumns(List.of("id"))
                    .setTextColumns(List.of())
                    .setMetadataColumns(null)
                    .setRefreshPolicy(RefreshPolicy.ON_APPEND.text())
                    .setDirect(true)
                    .setCreated(now)
                    .setRevision(0)
                    .build();
            writes.add(write(CatalogEntries.key(dataset), dataset));
        } else {
            Optional<Dataset> dataset = catalog.dataset(datasetName);
            if (dataset.isEmpty()) {
                return new Refused(ErrorCode.DATASET_NOT_FOUND, "there is no dataset '" + datasetName + "'");
            }
            if (dataset.get().direct()) {
                return new Refused(
                        ErrorCode.DATASET_IS_DIRECT,
                        "the rows of '" + datasetName + "' bring their own vectors: no model can index them");
            }
            datasetId = dataset.get().id();
        }
        IndexEntry entry = IndexEntry.newBuilder(wanted)
                .setId(++id)
                .setDatasetId(datasetId)
                .setDirect(datasetName == null)
                .setCreated(now)
                .build();
        writes.add(write(CatalogEntries.key(entry), entry));
        return new Accepted(writes, true, id);
    }

    private static CatalogDecision dropIndex(Catalog catalog, String name, Instant now) {
        Optional<IndexDefinition> found = catalog.index(name);
        if (found.isEmpty()) {
            return new Refused(ErrorCode.INDEX_NOT_FOUND, "there is no index '" + name + "'");
        }
        IndexDefinition index = found.get();
        Optional<Dataset> dataset = catalog.dataset(index.datasetId());
        if (dataset.isPresent() && dataset.get().direct()) {
            return dropWithIndexes(catalog, dataset.get(), now);
        }
        return new Accepted(List.of(new Write("index/" + index.id(), null)), false, catalog.lastId());
    }

    private static CatalogDecision registerTopic(Catalog catalog, RegisterTopic register, Instant now) {
        TopicEntry wanted = register.getTopic();
        Optional<KnownTopic> known = catalog.topic(wanted.getName());
        int epoch = 0;
        List<Write> writes = new ArrayList<>();
        if (known.isPresent()) {
            KnownTopic topic = known.get();
            if (topic.topicId().equals(wanted.getTopicId())) {
                return topic.partitions() == wanted.getPartitions()
                        ? new Accepted(List.of(), false, catalog.lastId())
                        : new Refused(
                                ErrorCode.PARTITIONS_CHANGED,
                                "topic " + topic.name() + " had " + topic.partitions() + " partitions and now has "
                                        + wanted.getPartitions()
                                        + ": rows would move away from their vectors. Start with a new --prefix and feed the rows to it again");
            }
            if (!register.getNewEpoch()) {
                return new Refused(
                        ErrorCode.TOPIC_RECREATED,
                        "topic " + topic.name() + " was deleted and created again: its id was " + topic.topicId()
                                + " and is " + wanted.getTopicId()
                                + ". If that was meant, start once with --new-epoch; rows written from then on replace older ones");
            }
            epoch = topic.epoch() + 1;
            writes.addAll(JobRules.topicRecreated(catalog, topic.name(), now));
        }
        TopicEntry entry = TopicEntry.newBuilder(wanted).setEpoch(epoch).build();
        writes.add(write(CatalogEntries.key(entry), entry));
        return new Accepted(writes, known.isEmpty(), catalog.lastId());
    }

    private static void requireFreeIndexName(Catalog catalog, String name) {
        Names.require("index", name);
        if (catalog.index(name).isPresent()) {
            throw new FreshetException(
                    ErrorCode.INDEX_EXISTS,
                    "there already is an index '" + name + "': choose another name, or delete it first");
        }
    }

    private static void requireColumns(DatasetEntry dataset) {
        requireColumns("id_columns", dataset.getIdColumns(), 1);
        requireColumns("text_columns", dataset.getTextColumns(), 1);
        if (dataset.getMetadataColumns() != null) {
            requireColumns("metadata_columns", dataset.getMetadataColumns(), 0);
        }
        CatalogEntries.policy(dataset.getRefreshPolicy());
    }

    private static void requireColumns(String field, List<String> columns, int atLeast) {
        if (columns.size() < atLeast) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " must name at least " + atLeast + " column");
        }
        if (new HashSet<>(columns).size() != columns.size()) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " names a column twice: " + columns);
        }
        if (columns.stream().anyMatch(String::isBlank)) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, field + " has an empty column name");
        }
    }

    private static Write write(String key, Object entry) {
        return new Write(
                key,
                CatalogRecord.newBuilder()
                        .setVersion(0)
                        .setLastId(0)
                        .setEntry(entry)
                        .build());
    }
}
