/** Values of Kafka Connect, with Debezium's and Connect's logical types, as values of a row's columns. */
@NullMarked
package dev.freshet.connect.type;

import org.jspecify.annotations.NullMarked;
