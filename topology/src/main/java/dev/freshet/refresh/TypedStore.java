package dev.freshet.refresh;

import dev.freshet.schemas.serde.PlainAvro;
import java.util.Optional;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** A store of one kind of record. Used by its task's stream thread only. */
final class TypedStore<T extends SpecificRecord> {
    private final KeyValueStore<Bytes, byte[]> store;
    private final PlainAvro<T> codec;

    TypedStore(KeyValueStore<Bytes, byte[]> store, PlainAvro<T> codec) {
        this.store = store;
        this.codec = codec;
    }

    Optional<T> get(Bytes key) {
        return Optional.ofNullable(store.get(key)).map(codec::decode);
    }

    void put(Bytes key, T value) {
        store.put(key, codec.encode(value));
    }

    void delete(Bytes key) {
        store.delete(key);
    }

    /** The entries from {@code from} to {@code to}, both included. */
    Cursor<T> range(Bytes from, Bytes to) {
        return new Cursor<>(store.range(from, to), codec);
    }

    Cursor<T> all() {
        return new Cursor<>(store.all(), codec);
    }

    /** Entries in the order of their keys. Close it. */
    static final class Cursor<T extends SpecificRecord> implements AutoCloseable {
        private final KeyValueIterator<Bytes, byte[]> entries;
        private final PlainAvro<T> codec;

        private Cursor(KeyValueIterator<Bytes, byte[]> entries, PlainAvro<T> codec) {
            this.entries = entries;
            this.codec = codec;
        }

        boolean hasNext() {
            return entries.hasNext();
        }

        KeyValue<Bytes, T> next() {
            KeyValue<Bytes, byte[]> entry = entries.next();
            return KeyValue.pair(entry.key, codec.decode(entry.value));
        }

        @Override
        public void close() {
            entries.close();
        }
    }
}
