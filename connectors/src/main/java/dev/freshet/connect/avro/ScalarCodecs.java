package dev.freshet.connect.avro;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericFixed;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;

/** The codecs of values without structure. */
@SuppressWarnings("JavaUtilDate") // Connect's values are of it.
final class ScalarCodecs {
    private ScalarCodecs() {}

    /** Booleans, int, long, float and double are the same on both sides. */
    record Same() implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return value;
        }

        @Override
        public Object toConnect(Object datum) {
            return datum;
        }
    }

    /** Avro's reader gives any {@link CharSequence}. */
    record Text() implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return value;
        }

        @Override
        public Object toConnect(Object datum) {
            return datum.toString();
        }
    }

    record Int8() implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return ((Byte) value).intValue();
        }

        @Override
        public Object toConnect(Object datum) {
            int number = (Integer) datum;
            if (number != (byte) number) {
                throw new DataException(number + " is said to be an int8 and is out of its range");
            }
            return (byte) number;
        }
    }

    record Int16() implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return ((Short) value).intValue();
        }

        @Override
        public Object toConnect(Object datum) {
            int number = (Integer) datum;
            if (number != (short) number) {
                throw new DataException(number + " is said to be an int16 and is out of its range");
            }
            return (short) number;
        }
    }

    /** Connect has {@code byte[]} or {@link ByteBuffer}; it gets a buffer around an array of just these bytes, because there are callers that take the array. */
    record Bytes() implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : ((ByteBuffer) value).duplicate();
        }

        @Override
        public Object toConnect(Object datum) {
            return ByteBuffer.wrap(copy((ByteBuffer) datum));
        }
    }

    record Fixed(org.apache.avro.Schema schema) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            byte[] bytes = value instanceof byte[] array ? array : copy((ByteBuffer) value);
            if (bytes.length != schema.getFixedSize()) {
                throw new DataException(
                        bytes.length + " bytes for '" + schema.getFullName() + "', which has " + schema.getFixedSize());
            }
            return new GenericData.Fixed(schema, bytes);
        }

        @Override
        public Object toConnect(Object datum) {
            return ByteBuffer.wrap(((GenericFixed) datum).bytes().clone());
        }
    }

    record EnumText(org.apache.avro.Schema schema) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            String symbol = (String) value;
            if (!schema.hasEnumSymbol(symbol)) {
                throw new DataException("'" + symbol + "' is no symbol of the enum '" + schema.getFullName() + "': "
                        + schema.getEnumSymbols());
            }
            return new GenericData.EnumSymbol(schema, symbol);
        }

        @Override
        public Object toConnect(Object datum) {
            return datum.toString();
        }
    }

    /** The unscaled number, big endian in two's complement, in bytes or a fixed. */
    record DecimalBytes(Schema connect, org.apache.avro.Schema avro) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            byte[] unscaled = Decimal.fromLogical(connect, (BigDecimal) value);
            return avro.getType() == org.apache.avro.Schema.Type.FIXED
                    ? new GenericData.Fixed(avro, widened(unscaled))
                    : ByteBuffer.wrap(unscaled);
        }

        @Override
        public Object toConnect(Object datum) {
            byte[] unscaled = datum instanceof GenericFixed fixed ? fixed.bytes() : copy((ByteBuffer) datum);
            if (unscaled.length == 0) {
                throw new DataException("a decimal of no bytes");
            }
            return Decimal.toLogical(connect, unscaled);
        }

        private byte[] widened(byte[] unscaled) {
            int size = avro.getFixedSize();
            if (unscaled.length > size) {
                throw new DataException(
                        "the decimal has " + unscaled.length + " bytes, '" + avro.getFullName() + "' has " + size);
            }
            byte[] wide = new byte[size];
            Arrays.fill(wide, (byte) (new BigInteger(unscaled).signum() < 0 ? -1 : 0));
            System.arraycopy(unscaled, 0, wide, size - unscaled.length, unscaled.length);
            return wide;
        }
    }

    record DateDays(Schema connect) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return Date.fromLogical(connect, (java.util.Date) value);
        }

        @Override
        public Object toConnect(Object datum) {
            return Date.toLogical(connect, (Integer) datum);
        }
    }

    record TimeMillis(Schema connect) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return Time.fromLogical(connect, (java.util.Date) value);
        }

        @Override
        public Object toConnect(Object datum) {
            return Time.toLogical(connect, (Integer) datum);
        }
    }

    record TimestampMillis(Schema connect) implements ValueCodec {
        @Override
        public Object toAvro(Object value) {
            return Timestamp.fromLogical(connect, (java.util.Date) value);
        }

        @Override
        public Object toConnect(Object datum) {
            return Timestamp.toLogical(connect, (Long) datum);
        }
    }

    private static byte[] copy(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
