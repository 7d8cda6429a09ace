/** {@code freshet bench ingest-while-search}: what searches lose while rows arrive. */
@NullMarked
package dev.freshet.ops.bench.mixed;

import org.jspecify.annotations.NullMarked;
