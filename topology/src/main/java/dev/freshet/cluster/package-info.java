/** Calls between processes: who there is, what they say to each other, the client, and the answers. */
@NullMarked
package dev.freshet.cluster;

import org.jspecify.annotations.NullMarked;
