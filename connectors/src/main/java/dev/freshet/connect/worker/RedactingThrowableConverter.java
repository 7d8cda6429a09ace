package dev.freshet.connect.worker;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.IThrowableProxy;
import dev.freshet.schemas.redact.Redaction;

/** Writes stack traces to the log without secrets. */
public final class RedactingThrowableConverter extends ThrowableProxyConverter {
    @Override
    protected String throwableProxyToString(IThrowableProxy throwable) {
        return Redaction.redact(super.throwableProxyToString(throwable));
    }
}
