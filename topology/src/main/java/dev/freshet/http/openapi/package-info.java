/** Writes the description of the API as an OpenAPI 3.1 document, from routes, what is said of them, and the records that they answer with. */
@NullMarked
package dev.freshet.http.openapi;

import org.jspecify.annotations.NullMarked;
