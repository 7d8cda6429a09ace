package dev.freshet.app;

import dev.freshet.schemas.error.FreshetException;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.errors.DeserializationExceptionHandler;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes over what is no command; registry trouble is not the command's fault, so the task fails then and is tried again. */
public final class SkipForeignCommands implements DeserializationExceptionHandler {
    private static final Logger log = LoggerFactory.getLogger(SkipForeignCommands.class);

    @Override
    public Response handleError(
            ErrorHandlerContext context, ConsumerRecord<byte[], byte[]> record, Exception exception) {
        if (exception instanceof FreshetException) {
            return Response.fail();
        }
        log.error(
                "Passing over {}-{}@{}, which is neither a catalog command nor a report of a job: {}",
                record.topic(),
                record.partition(),
                record.offset(),
                exception.getMessage());
        return Response.resume();
    }

    @Override
    public void configure(Map<String, ?> configs) {}
}
