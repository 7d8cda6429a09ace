/** What an operator writes to connect a database, and the connector's whole configuration that it becomes. */
@NullMarked
package dev.freshet.connect.source;

import org.jspecify.annotations.NullMarked;
