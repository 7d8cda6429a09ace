package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.ActivateProfile;
import dev.freshet.schemas.avro.CancelJob;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.CreateIndex;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DeactivateProfile;
import dev.freshet.schemas.avro.DropAlias;
import dev.freshet.schemas.avro.DropDataset;
import dev.freshet.schemas.avro.DropIndex;
import dev.freshet.schemas.avro.DropProfile;
import dev.freshet.schemas.avro.FlagColumns;
import dev.freshet.schemas.avro.PutAlias;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTable;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.avro.StartRebuild;
import dev.freshet.schemas.avro.StartRefresh;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import java.time.Instant;
import java.util.List;

/** Makes the commands that change the catalog, and reads what became of them. Thread-safe. */
abstract class CommandedCatalog implements CatalogService {
    private final IndexEntries indexEntries;

    CommandedCatalog(IndexDefaults defaults) {
        this.indexEntries = new IndexEntries(defaults);
    }

    /** Has a command decided. Returns when {@link #current} shows the change, or throws {@link FreshetException} with the refusal. */
    abstract CatalogReply execute(Object body);

    /** Per partition of the rows topic, the version that its next change will have, or a smaller one if others write just now. */
    abstract List<Long> nextVersions();

    @Override
    public PutResult putDataset(DatasetSpec spec) {
        Names.require("dataset", spec.name());
        RefreshSchedule schedule = spec.schedule();
        if (schedule != null) {
            schedule.check(); // Here as well, so that the writer is not kept busy with one that never comes.
        }
        ColumnPolicies policies = spec.columnPolicies();
        DatasetEntry entry = DatasetEntry.newBuilder()
                .setId(0)
                .setName(spec.name())
                .setIdColumns(spec.idColumns())
                .setTextColumns(spec.textColumns())
                .setMetadataColumns(spec.metadataColumns())
                .setRefreshPolicy(spec.refreshPolicy().text())
                .setSchedule(CatalogEntries.scheduleEntry(schedule))
                .setServed(null)
                .setDirect(false)
                .setCreated(Instant.EPOCH)
                .setRevision(0)
                .setColumnPolicies(policies == null ? null : policies.names())
                .build();
        // A change creates no index: it must not fail because its model, or its name, cannot be had.
        boolean known = current().dataset(spec.name()).isPresent();
        CatalogReply reply = execute(PutDataset.newBuilder()
                .setDataset(entry)
                .setIndex(spec.withIndex() && !known ? indexEntries.ofDataset(spec.name()) : null)
                .build());
        if (spec.withIndex() && known && reply.getCreated()) {
            // Another process had dropped it, which was not seen here yet.
            execute(new CreateIndex(indexEntries.ofDataset(spec.name()), spec.name()));
        }
        Dataset dataset = current().dataset(spec.name()).orElseThrow(() -> gone("dataset", spec.name()));
        return new PutResult(
                dataset, reply.getCreated(), reply.getChanged(), reply.getJob() == null ? null : job(reply));
    }

    @Override
    public RegisterResult registerTable(TableSpec spec) {
        Names.require("dataset", spec.dataset());
        DatasetEntry entry = DatasetEntry.newBuilder()
                .setId(0)
                .setName(spec.dataset())
                .setIdColumns(spec.idColumns())
                .setTextColumns(spec.textColumns())
                .setMetadataColumns(null)
                .setRefreshPolicy(RefreshPolicy.ON_APPEND.text())
                .setSchedule(null)
                .setServed(null)
                .setDirect(false)
                .setCreated(Instant.EPOCH)
                .setRevision(0)
                .setOrigin(OriginEntries.entry(spec.origin()))
                .build();
        // What is known needs no index, nor a model that may just not answer; nor does what is refused.
        boolean creates = current().dataset(spec.dataset()).isEmpty()
                && !spec.textColumns().isEmpty();
        CatalogReply reply = execute(RegisterTable.newBuilder()
                .setDataset(entry)
                .setIndex(creates ? indexEntries.ofDataset(spec.dataset()) : null)
                .build());
        return new RegisterResult(reply.getCreated(), reply.getChanged());
    }

    @Override
    public void flagColumns(long datasetId, List<PiiFinding> findings) {
        execute(new FlagColumns(datasetId, PrivacyEntries.flags(findings)));
    }

    @Override
    public StartResult dropDataset(String name) {
        return started(execute(new DropDataset(name)));
    }

    @Override
    public CreateResult createIndex(IndexSpec spec) {
        CatalogReply reply = execute(new CreateIndex(indexEntries.entry(spec), spec.dataset()));
        IndexDefinition index = current().index(spec.name()).orElseThrow(() -> gone("index", spec.name()));
        return new CreateResult(index, reply.getJob() == null ? null : job(reply));
    }

    @Override
    public StartResult dropIndex(String name) {
        return started(execute(new DropIndex(name)));
    }

    @Override
    public AliasResult putAlias(String alias, String index) {
        CatalogReply reply = execute(new PutAlias(Names.require("alias", alias), index));
        return new AliasResult(
                current()
                        .alias(alias)
                        .orElseThrow(() -> new FreshetException(
                                ErrorCode.ALIAS_NOT_FOUND, "the alias '" + alias + "' was removed at the same moment")),
                reply.getCreated());
    }

    @Override
    public void dropAlias(String alias) {
        execute(new DropAlias(alias));
    }

    @Override
    public Profile createProfile(ProfileSpec spec) {
        return put(spec, false).profile();
    }

    @Override
    public ProfileResult putProfile(ProfileSpec spec) {
        return put(spec, true);
    }

    private ProfileResult put(ProfileSpec spec, boolean replace) {
        ProfileRules.requireId(spec.id());
        CatalogReply reply = execute(ProfileEntries.command(spec, replace));
        Profile profile = current()
                .profiles()
                .find(spec.id())
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.PROFILE_NOT_FOUND, "the profile '" + spec.id() + "' was removed at the same moment"));
        return new ProfileResult(profile, reply.getCreated());
    }

    @Override
    public void dropProfile(String id) {
        execute(new DropProfile(id));
    }

    @Override
    public ActiveProfile activateProfile(String id, String by) {
        execute(new ActivateProfile(id, by));
        return current()
                .profiles()
                .active()
                .filter(active -> active.profile().equals(id))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.PROFILE_NOT_FOUND,
                        "the profile '" + id + "' was deactivated, or another one activated, at the same moment"));
    }

    @Override
    public void deactivateProfile(String id) {
        execute(new DeactivateProfile(id));
    }

    @Override
    public StartResult startRefresh(String dataset) {
        return started(execute(new StartRefresh(dataset)));
    }

    @Override
    public StartResult startRebuild(String index) {
        return started(execute(new StartRebuild(index)));
    }

    @Override
    public Job cancelJob(long id) {
        return job(execute(new CancelJob(id)));
    }

    @Override
    public StartResult startMerge(String source, String destination, boolean clearSource) {
        return started(execute(StartMerge.newBuilder()
                .setSource(source)
                .setDestination(destination)
                .setClearSource(clearSource)
                .setStarts(nextVersions())
                .build()));
    }

    private StartResult started(CatalogReply reply) {
        return new StartResult(job(reply), reply.getCreated());
    }

    private Job job(CatalogReply reply) {
        Long id = requireNonNull(reply.getJob(), "the reply names no job");
        return current()
                .job(id)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.JOB_NOT_FOUND, "job " + id + " ended and was forgotten at the same moment"));
    }

    /** Another client removed it between the reply and the look. */
    private static FreshetException gone(String kind, String name) {
        ErrorCode code = kind.equals("dataset") ? ErrorCode.DATASET_NOT_FOUND : ErrorCode.INDEX_NOT_FOUND;
        return new FreshetException(code, "the " + kind + " '" + name + "' was removed at the same moment");
    }
}
