package dev.freshet.schemas.registry;

import org.apache.avro.Schema;

/**
 * What the serde needs of a Confluent-compatible schema registry. Implementations are thread-safe and cache what cannot change
 * (an id's schema, a subject's id of a schema).
 *
 * <p>All methods throw {@link dev.freshet.schemas.error.FreshetException} with {@code REGISTRY_UNAVAILABLE} when the registry cannot be
 * reached or answers with a server error, and {@link SchemaRefusedException} when it answers that a schema is unknown, invalid or incompatible.
 */
public interface SchemaRegistryClient extends AutoCloseable {
    /** Registers a schema under a subject, or finds it there, and returns its id. */
    int register(String subject, Schema schema);

    /** The schema with this id. */
    Schema schema(int id);

    @Override
    void close();
}
