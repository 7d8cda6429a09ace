package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Locale;
import java.util.Optional;

/** Which indexes may be merged. Pure, like {@link CatalogRules}. */
final class MergeRules {
    private MergeRules() {}

    /** Starts a merge, or finds the same one running. Throws {@link FreshetException} if it is refused. */
    static Accepted start(CatalogChange change, StartMerge wanted) {
        Catalog catalog = change.catalog();
        IndexDefinition source = directIndex(catalog, "source", wanted.getSource());
        IndexDefinition destination = directIndex(catalog, "destination", wanted.getDestination());
        requireAlike(source, destination);
        if (wanted.getStarts().isEmpty()) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "a merge needs a start per partition of the rows topic");
        }
        Merge merge = new Merge(
                source.datasetId(),
                source.name(),
                destination.datasetId(),
                destination.name(),
                wanted.getClearSource(),
                wanted.getStarts());
        Optional<Job> busy = catalog.jobs().stream()
                .filter(Job::running)
                .filter(job ->
                        job.work().touches(merge.sourceId()) || job.work().touches(merge.destinationId()))
                .findFirst();
        if (busy.isPresent()) {
            requireSame(busy.get(), merge);
            return change.accepted(false, busy.get().id());
        }
        return change.accepted(true, change.start(merge, merge.starts().size()).id());
    }

    private static IndexDefinition directIndex(Catalog catalog, String role, String name) {
        IndexDefinition index = catalog.index(name)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.INDEX_NOT_FOUND, "there is no index '" + name + "' (the " + role + ")"));
        if (!index.direct()) {
            throw new FreshetException(
                    ErrorCode.INDEX_NOT_DIRECT,
                    "the " + role + " '" + name
                            + "' is filled from a dataset: only indexes with own vectors ('dimension') can be merged");
        }
        return index;
    }

    private static void requireAlike(IndexDefinition source, IndexDefinition destination) {
        if (source.id() == destination.id()) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "the index '" + source.name() + "' cannot be merged into itself");
        }
        if (source.dimensions() != destination.dimensions()) {
            throw new FreshetException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "the source '" + source.name() + "' has " + source.dimensions() + " dimensions, the destination '"
                            + destination.name() + "' has " + destination.dimensions());
        }
        if (source.distance() != destination.distance()) {
            throw new FreshetException(
                    ErrorCode.DISTANCE_MISMATCH,
                    "the source '" + source.name() + "' has distance " + text(source) + ", the destination '"
                            + destination.name() + "' has " + text(destination));
        }
    }

    /** An index takes part in one job at a time: two that copy in a circle and clear could each delete what the other relies on. */
    private static void requireSame(Job running, Merge wanted) {
        if (running.work() instanceof Merge merge
                && merge.sourceId() == wanted.sourceId()
                && merge.destinationId() == wanted.destinationId()
                && merge.clearSource() == wanted.clearSource()) {
            return;
        }
        String busy = running.work().touches(wanted.sourceId()) ? wanted.source() : wanted.destination();
        throw new FreshetException(
                ErrorCode.INDEX_BUSY,
                "the index '" + busy + "' takes part in job " + running.id()
                        + ", which runs: wait until it has ended (GET /v1/vectors/jobs/" + running.id() + ")");
    }

    private static String text(IndexDefinition index) {
        return index.distance().name().toLowerCase(Locale.ROOT);
    }
}
