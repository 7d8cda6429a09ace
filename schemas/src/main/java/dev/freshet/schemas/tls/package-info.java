/** Certificates and keys for TLS, from files in the usual formats. */
@NullMarked
package dev.freshet.schemas.tls;

import org.jspecify.annotations.NullMarked;
