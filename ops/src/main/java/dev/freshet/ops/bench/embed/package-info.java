/** {@code freshet bench embed}: what the pipeline costs beside the model that it feeds. */
@NullMarked
package dev.freshet.ops.bench.embed;

import org.jspecify.annotations.NullMarked;
