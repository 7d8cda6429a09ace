package dev.freshet.schemas.registry;

/** The registry was reached and refused: the schema is unknown, invalid or incompatible. Trying again does not help. */
public final class SchemaRefusedException extends RuntimeException {
    private final int errorCode;

    /** @param errorCode the registry's own code, for example 40403 (schema not found) or 409 (incompatible) */
    public SchemaRefusedException(int errorCode, String message) {
        super(message);
        this.errorCode = errorCode;
    }

    public int errorCode() {
        return errorCode;
    }
}
