/** Takes passwords out of what is shown, logged or stored. */
@NullMarked
package dev.freshet.schemas.redact;

import org.jspecify.annotations.NullMarked;
