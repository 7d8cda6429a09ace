/** Routes, request and response records, problems. */
@NullMarked
package dev.freshet.http;

import org.jspecify.annotations.NullMarked;
