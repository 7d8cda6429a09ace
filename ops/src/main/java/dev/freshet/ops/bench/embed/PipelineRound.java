package dev.freshet.ops.bench.embed;

import dev.freshet.ops.bench.server.ThreadTimes;
import java.util.Optional;

/**
 * One stretch of sustained ingest.
 *
 * @param rate of chunks that became searchable, and the CPU time of server and broker
 * @param rows that became searchable
 * @param texts sent to the model, by the server's counter
 * @param waitingMin the fewest rows that were sent and not yet searchable
 * @param vectors in the index at the end
 * @param times what the CPU time was used for, where that can be told
 */
record PipelineRound(Rate rate, long rows, long texts, long waitingMin, long vectors, Optional<ThreadTimes> times) {}
