package dev.freshet.connect.worker;

import ch.qos.logback.classic.pattern.MessageConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.freshet.schemas.redact.Redaction;

/** Writes messages to the log without secrets. */
public final class RedactingMessageConverter extends MessageConverter {
    @Override
    public String convert(ILoggingEvent event) {
        String message = super.convert(event);
        return message == null ? "" : Redaction.redact(message);
    }
}
