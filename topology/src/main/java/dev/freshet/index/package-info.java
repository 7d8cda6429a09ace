/** The vector index itself: graphs, distances, validation. Knows nothing of Kafka, HTTP or JSON. */
@NullMarked
package dev.freshet.index;

import org.jspecify.annotations.NullMarked;
