package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.JobStage;
import dev.freshet.schemas.avro.PendingRow;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh does in this partition: makes the rows that wait its own, a slice at a time, so that they may go whatever the policy says.
 *
 * <p>It begins with a mark to the own partition: when that comes back, everything that was written before the job has been taken. It waits for walks through the
 * stored rows as well, because these find rows that wait. Rows that another running job has made its own stay that job's. Used by the task's stream thread only.
 */
final class RefreshSteps {
    private static final int LOOKED_AT_MAX = 500;
    /** A row that an edit moves to the other lane while the slices go on is met there. */
    private static final List<Lane> ORDER = List.of(Lane.BACKFILL, Lane.LIVE);

    private final PendingQueue pending;
    private final PartitionScans scans;
    private final JobParts parts;
    private final JobMessages messages;

    RefreshSteps(PendingQueue pending, PartitionScans scans, JobParts parts, JobMessages messages) {
        this.pending = pending;
        this.scans = scans;
        this.parts = parts;
        this.messages = messages;
    }

    /** A lane, and where in it to go on. */
    private record Place(long indexId, Lane lane, long sequence) {
        static Place of(ByteBuffer cursor) {
            ByteBuffer key = cursor.duplicate();
            return new Place(key.getLong(), Lane.of(key.get()), key.getLong() + 1);
        }

        boolean isBehind(Place other) {
            return indexId != other.indexId ? indexId > other.indexId : ORDER.indexOf(lane) > ORDER.indexOf(other.lane);
        }
    }

    void begin(long jobId, Refresh refresh) {
        JobPart part = parts.add(jobId, refresh.kind(), JobStage.TAG);
        part.setMarked(true);
        parts.put(part);
        messages.mark(jobId, refresh.dataset(), refresh.datasetId());
    }

    /** Whether the next slice can be taken. */
    boolean ready(JobPart part, Refresh refresh) {
        return part.getStage() == JobStage.TAG && !part.getMarked() && !scans.walkingOver(refresh.datasetId());
    }

    /** Takes one slice; the part must be {@link #ready}. */
    void step(Catalog catalog, JobPart part, Refresh refresh, LongPredicate running) {
        int left = LOOKED_AT_MAX;
        for (Place place : places(catalog, part, refresh)) {
            for (PendingQueue.Entry entry : entries(place, left)) {
                left--;
                tag(part, entry, running);
                part.setCursor(ByteBuffer.wrap(StoreKeys.pending(place.indexId(), place.lane(), entry.sequence())
                        .get()));
            }
            if (left == 0) {
                parts.put(part);
                return;
            }
        }
        part.setCursor(null);
        part.setStage(JobStage.WORK);
        parts.put(part);
    }

    private void tag(JobPart part, PendingQueue.Entry entry, LongPredicate running) {
        PendingRow row = entry.row();
        Long other = row.getJob();
        if (other != null && running.test(other)) {
            return;
        }
        pending.replace(
                entry,
                new PendingRow(
                        row.getDatasetId(),
                        row.getRowKey(),
                        row.getVersion(),
                        row.getTimestamp(),
                        part.getJob(),
                        row.getAnew()));
        part.setCounted(part.getCounted() + 1);
    }

    private static List<Place> places(Catalog catalog, JobPart part, Refresh refresh) {
        @Nullable ByteBuffer cursor = part.getCursor();
        List<Place> places = new ArrayList<>();
        if (cursor != null) {
            places.add(Place.of(cursor));
        }
        catalog.indexesOf(refresh.datasetId()).stream()
                .map(IndexDefinition::id)
                .sorted(Comparator.naturalOrder())
                .flatMap(id -> ORDER.stream().map(lane -> new Place(id, lane, 0)))
                .filter(place -> cursor == null || place.isBehind(places.get(0)))
                .toList()
                .forEach(places::add);
        return places;
    }

    private List<PendingQueue.Entry> entries(Place place, int limit) {
        List<PendingQueue.Entry> entries = new ArrayList<>();
        if (pending.size(place.indexId(), place.lane()) == 0) {
            return entries;
        }
        try (TypedStore.Cursor<PendingRow> waiting = pending.from(place.indexId(), place.lane(), place.sequence())) {
            while (entries.size() < limit && waiting.hasNext()) {
                entries.add(PendingQueue.entry(waiting.next()));
            }
        }
        return entries;
    }
}
