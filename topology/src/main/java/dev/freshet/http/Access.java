package dev.freshet.http;

import io.javalin.security.RouteRole;

/** Who may call a route, which {@link AccessCheck} enforces. Each route names exactly one; READ, WRITE and ADMIN include what stands before them. */
enum Access implements RouteRole {
    /** Anybody, without a key: probes and the API's description. */
    OPEN,
    /** A key that is tied to the reader profile in the path, or any key that may read. */
    PROFILE,
    /** Searches and looks. */
    READ,
    /** Changes rows and vectors, and asks for refreshes. */
    WRITE,
    /** Changes the catalog; sees and replays dead letters, which hold rows as they came. */
    ADMIN,
    /** Another process of the cluster. No API key opens these. */
    NODE
}
