package dev.freshet.schemas.registry;

import static java.util.Objects.requireNonNull;

import org.apache.avro.Schema;

/**
 * A schema registry in memory, for tests and for tools that need no shared one: it numbers, compares and refuses as a real one does, and
 * forgets everything at the end. Clients that share a store see the same schemas. Thread-safe.
 */
public final class InMemorySchemaRegistryClient implements SchemaRegistryClient {
    private final SchemaStore store;

    public InMemorySchemaRegistryClient() {
        this(new SchemaStore());
    }

    /** @param store also the lock of the registrations: all writers of one store must be clients like this one */
    public InMemorySchemaRegistryClient(SchemaStore store) {
        this.store = requireNonNull(store, "store is null");
    }

    @Override
    public int register(String subject, Schema schema) {
        synchronized (store) {
            SchemaStore.Plan plan = store.plan(subject, schema.toString());
            if (plan instanceof SchemaStore.Plan.Added added) {
                store.apply(added.registration());
            }
            return plan.registration().id();
        }
    }

    @Override
    public Schema schema(int id) {
        return SchemaStore.parse(store.schemaText(id));
    }

    @Override
    public void close() {}
}
