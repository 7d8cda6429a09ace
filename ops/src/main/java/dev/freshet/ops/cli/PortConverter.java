package dev.freshet.ops.cli;

import java.util.OptionalInt;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A port to listen on: 0, for any that is free, to 65535. */
final class PortConverter implements ITypeConverter<Integer> {
    private static final int LAST = 65_535;

    @Override
    public Integer convert(String value) {
        OptionalInt port = number(value);
        if (port.isEmpty() || port.getAsInt() < 0 || port.getAsInt() > LAST) {
            throw new TypeConversionException("'" + value + "' is not a port, 0 to " + LAST);
        }
        return port.getAsInt();
    }

    private static OptionalInt number(String value) {
        try {
            return OptionalInt.of(Integer.parseInt(value));
        } catch (NumberFormatException e) {
            return OptionalInt.empty();
        }
    }
}
