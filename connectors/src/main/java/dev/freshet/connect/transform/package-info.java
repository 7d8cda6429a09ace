/** The transformation that turns Debezium's change events into row changes. */
@NullMarked
package dev.freshet.connect.transform;

import org.jspecify.annotations.NullMarked;
