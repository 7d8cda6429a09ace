/** Datasets, indexes and jobs: values, the single writer, the shared reader. */
@NullMarked
package dev.freshet.catalog;

import org.jspecify.annotations.NullMarked;
