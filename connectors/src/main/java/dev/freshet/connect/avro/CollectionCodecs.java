package dev.freshet.connect.avro;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** The codecs of arrays and maps. */
final class CollectionCodecs {
    private CollectionCodecs() {}

    record Elements(OptionalCodec element) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            Collection<?> elements = (Collection<?>) value;
            List<@Nullable Object> written = new ArrayList<>(elements.size());
            elements.forEach(each -> written.add(element.toAvro(each)));
            return written;
        }

        @Override
        public Object toConnect(Object datum) {
            Collection<?> elements = (Collection<?>) datum;
            List<@Nullable Object> read = new ArrayList<>(elements.size());
            elements.forEach(each -> read.add(element.toConnect(each)));
            return read;
        }
    }

    /** A map with strings as keys is a map in Avro too. */
    record StringMap(OptionalCodec element) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            Map<String, @Nullable Object> written = new HashMap<>();
            ((Map<?, ?>) value).forEach((key, each) -> written.put((String) key, element.toAvro(each)));
            return written;
        }

        @Override
        public Object toConnect(Object datum) {
            Map<String, @Nullable Object> read = new HashMap<>();
            ((Map<?, ?>) datum).forEach((key, each) -> read.put(String.valueOf(key), element.toConnect(each)));
            return read;
        }
    }

    /** Any other map is an array of records with a key and a value. */
    record Entries(org.apache.avro.Schema entry, OptionalCodec key, OptionalCodec element) implements ValueCodec {
        private static final int KEY = 0;
        private static final int VALUE = 1;

        @Override
        public Object toAvro(Object value) {
            List<Object> written = new ArrayList<>();
            ((Map<?, ?>) value).forEach((each, of) -> {
                GenericData.Record record = new GenericData.Record(entry);
                record.put(KEY, key.toAvro(each));
                record.put(VALUE, element.toAvro(of));
                written.add(record);
            });
            return written;
        }

        @Override
        public Object toConnect(Object datum) {
            Map<@Nullable Object, @Nullable Object> read = new HashMap<>();
            for (Object each : (Collection<?>) datum) {
                IndexedRecord record = (IndexedRecord) each;
                read.put(key.toConnect(record.get(KEY)), element.toConnect(record.get(VALUE)));
            }
            return read;
        }
    }
}
