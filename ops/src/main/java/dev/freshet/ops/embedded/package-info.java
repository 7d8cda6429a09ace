/** Everything in one process and its broker child: broker, registry, all roles, HTTP. */
@NullMarked
package dev.freshet.ops.embedded;

import org.jspecify.annotations.NullMarked;
