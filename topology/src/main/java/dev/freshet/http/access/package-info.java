/** Who may call the HTTP API: API keys, their file, and whom a request comes from. */
@NullMarked
package dev.freshet.http.access;

import org.jspecify.annotations.NullMarked;
