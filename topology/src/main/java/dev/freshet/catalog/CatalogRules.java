package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.schemas.avro.ActivateProfile;
import dev.freshet.schemas.avro.CancelJob;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CreateIndex;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DeactivateProfile;
import dev.freshet.schemas.avro.DropAlias;
import dev.freshet.schemas.avro.DropDataset;
import dev.freshet.schemas.avro.DropIndex;
import dev.freshet.schemas.avro.DropProfile;
import dev.freshet.schemas.avro.FlagColumns;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.ModelEntry;
import dev.freshet.schemas.avro.PutAlias;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.PutProfile;
import dev.freshet.schemas.avro.RegisterTable;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.avro.StartRebuild;
import dev.freshet.schemas.avro.StartRefresh;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What each command does to a catalog: pure, so that the writer's every decision can be tested without Kafka.
 *
 * <p>The datasets, indexes and topics are decided here; {@link DatasetRules}, {@link TableRules}, {@link PrivacyRules}, {@link AliasRules}, {@link ProfileRules}, {@link RefreshRules}, {@link MergeRules} and {@link
 * JobRules} know the rest.
 */
final class CatalogRules {
    private static final Logger log = LoggerFactory.getLogger(CatalogRules.class);

    private final String rowsTopic;
    private final boolean detecting;

    /**
     * @param rowsTopic the topic whose partitions do the work of jobs
     * @param detecting whether columns are flagged that by their names seem to hold personal data
     */
    CatalogRules(String rowsTopic, boolean detecting) {
        this.rowsTopic = requireNonNull(rowsTopic, "rowsTopic is null");
        this.detecting = detecting;
    }

    /** Rules that flag columns. */
    CatalogRules(String rowsTopic) {
        this(rowsTopic, true);
    }

    /** A change of this catalog, for what is not a command. */
    CatalogChange change(Catalog catalog, Instant now) {
        return new CatalogChange(catalog, rowsTopic, now, detecting);
    }

    CatalogDecision decide(Catalog catalog, CatalogCommand command, Instant now) {
        try {
            return decide(change(catalog, now), command.getCommand());
        } catch (FreshetException e) {
            return new Refused(e.code(), String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            // It would fail again whenever the writer starts again: one command must not keep it from all others.
            String what = command.getCommand().getClass().getSimpleName();
            log.error("The command {} cannot be decided and is refused", what, e);
            return new Refused(
                    ErrorCode.INTERNAL,
                    "the catalog's writer cannot decide " + what + " ("
                            + e.getClass().getSimpleName()
                            + "); the log of the process with the role 'catalog' says why");
        }
    }

    private static CatalogDecision decide(CatalogChange change, Object body) {
        if (body instanceof PutDataset put) {
            return DatasetRules.put(change, put);
        }
        if (body instanceof RegisterTable register) {
            return TableRules.register(change, register);
        }
        if (body instanceof FlagColumns flag) {
            return PrivacyRules.flag(change, flag);
        }
        if (body instanceof DropDataset drop) {
            return DatasetRules.drop(change, drop.getName());
        }
        if (body instanceof CreateIndex create) {
            return createIndex(change, create);
        }
        if (body instanceof DropIndex drop) {
            return dropIndex(change, drop.getName());
        }
        if (body instanceof PutAlias put) {
            return AliasRules.put(change, put);
        }
        if (body instanceof DropAlias drop) {
            return AliasRules.drop(change, drop.getAlias());
        }
        if (body instanceof PutProfile put) {
            return ProfileRules.put(change, put);
        }
        if (body instanceof DropProfile drop) {
            return ProfileRules.drop(change, drop.getId());
        }
        if (body instanceof ActivateProfile activate) {
            return ProfileRules.activate(change, activate.getId(), activate.getBy());
        }
        if (body instanceof DeactivateProfile deactivate) {
            return ProfileRules.deactivate(change, deactivate.getId());
        }
        if (body instanceof StartRefresh start) {
            return RefreshRules.refresh(change, start.getDataset());
        }
        if (body instanceof StartRebuild start) {
            return RefreshRules.rebuild(change, start.getIndex());
        }
        if (body instanceof StartMerge start) {
            return MergeRules.start(change, start);
        }
        if (body instanceof CancelJob cancel) {
            return JobRules.cancel(change, cancel.getId());
        }
        if (body instanceof RegisterTopic register) {
            return registerTopic(change, register);
        }
        return new Refused(ErrorCode.BAD_REQUEST, "unknown command");
    }

    private static Accepted createIndex(CatalogChange change, CreateIndex create) {
        IndexEntry wanted = create.getIndex();
        String name = Names.require("index", wanted.getName());
        requireCreatable(change.catalog(), wanted);
        String datasetName = create.getDataset();
        if (datasetName == null) {
            put(change, wanted, putImplicitDataset(change, name));
            return change.accepted(true, null);
        }
        Dataset dataset = DatasetRules.dataset(change.catalog(), datasetName);
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "the rows of '" + datasetName + "' bring their own vectors: no model can index them");
        }
        long id = put(change, wanted, dataset.id());
        Job job = RefreshRules.fill(change, dataset.id(), dataset.name(), List.of(new IndexName(id, name)));
        return change.accepted(true, job.id());
    }

    /** The dataset of a direct index, of the same name. Returns its id. */
    private static long putImplicitDataset(CatalogChange change, String name) {
        if (change.catalog().dataset(name).isPresent()) {
            throw new FreshetException(
                    ErrorCode.DATASET_EXISTS,
                    "a direct index owns a dataset of its name, and there already is a dataset '" + name + "'");
        }
        long id = change.newId();
        change.put(DatasetEntry.newBuilder()
                .setId(id)
                .setName(name)
                .setIdColumns(List.of("id"))
                .setTextColumns(List.of())
                .setMetadataColumns(null)
                .setRefreshPolicy(RefreshPolicy.ON_APPEND.text())
                .setDirect(true)
                .setCreated(change.now())
                .setRevision(0)
                .build());
        return id;
    }

    /** Writes a new index over a dataset and returns its id. */
    static long put(CatalogChange change, IndexEntry wanted, long datasetId) {
        IndexEntry entry = IndexEntry.newBuilder(wanted)
                .setId(change.newId())
                .setDatasetId(datasetId)
                .setDirect(wanted.getModel() == null)
                .setCreated(change.now())
                .setBuilt(null)
                .build();
        change.put(entry);
        return entry.getId();
    }

    private static Accepted dropIndex(CatalogChange change, String name) {
        IndexDefinition index = index(change.catalog(), name);
        Optional<Dataset> dataset = change.catalog().dataset(index.datasetId());
        if (dataset.isPresent() && dataset.get().direct()) {
            return DatasetRules.dropWithIndexes(
                    change, dataset.get(), "the index '" + name + "'", ErrorCode.INDEX_IN_USE);
        }
        String what = "the index '" + name + "'";
        AliasRules.requireUnused(change.catalog(), what, List.of(index), ErrorCode.INDEX_IN_USE);
        ProfileRules.requireUnused(change.catalog(), what, null, List.of(index), ErrorCode.INDEX_IN_USE);
        JobRules.indexDropped(change, index);
        change.remove(CatalogEntries.indexKey(index.id()));
        Job job = change.start(new JobWork.Drop(
                index.datasetId(),
                dataset.map(Dataset::name).orElse(""),
                List.of(new IndexName(index.id(), index.name())),
                false));
        return change.accepted(true, job.id());
    }

    private static CatalogDecision registerTopic(CatalogChange change, RegisterTopic register) {
        TopicEntry wanted = register.getTopic();
        Optional<KnownTopic> known = change.catalog().topic(wanted.getName());
        int epoch = 0;
        if (known.isPresent()) {
            KnownTopic topic = known.get();
            if (topic.topicId().equals(wanted.getTopicId())) {
                return topic.partitions() == wanted.getPartitions()
                        ? change.accepted(false, null)
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
            JobRules.topicRecreated(change, topic.name());
        }
        change.put(TopicEntry.newBuilder(wanted).setEpoch(epoch).build());
        return change.accepted(known.isEmpty(), null);
    }

    /** The index of this name, or {@code INDEX_NOT_FOUND}. */
    static IndexDefinition index(Catalog catalog, String name) {
        return catalog.index(name)
                .orElseThrow(() -> new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index '" + name + "'"));
    }

    /** Refuses an index whose name is taken, or whose model is not the one that others of its name were made with. */
    static void requireCreatable(Catalog catalog, IndexEntry wanted) {
        String name = Names.require("index", wanted.getName());
        if (catalog.index(name).isPresent()) {
            throw new FreshetException(
                    ErrorCode.INDEX_EXISTS,
                    "there already is an index '" + name + "': choose another name, or delete it first");
        }
        AliasRules.requireNoAlias(catalog, name);
        ModelEntry model = wanted.getModel();
        if (model != null) {
            catalog.indexes().forEach(index -> requireSameModel(index, model));
        }
    }

    private static void requireSameModel(IndexDefinition index, ModelEntry wanted) {
        ModelReference known = index.model();
        if (known != null
                && known.name().equals(wanted.getName())
                && !(known.fingerprint().equals(wanted.getFingerprint())
                        && known.dimensions() == wanted.getDimensions())) {
            throw new FreshetException(
                    ErrorCode.MODEL_CHANGED,
                    "the model '" + known.name() + "' is another one here than the one that the index '" + index.name()
                            + "' was made with: " + describe(known.dimensions(), known.fingerprint()) + " there, "
                            + describe(wanted.getDimensions(), wanted.getFingerprint())
                            + " here. Give the new model a name of its own in the configuration and create the index with that, or load the model that '"
                            + known.name() + "' was before");
        }
    }

    private static String describe(int dimensions, String fingerprint) {
        return dimensions + " dimensions and the fingerprint " + fingerprint;
    }
}
