/** What runs in Kafka Connect: it turns the changes of databases into row changes. */
@NullMarked
package dev.freshet.connect;

import org.jspecify.annotations.NullMarked;
