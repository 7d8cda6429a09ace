package dev.freshet.ops.bench.suite;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ErrorOutputTest {
    @Test
    void findsTheReasonAndPassesEverythingOn() throws InterruptedException {
        String bars = "rounds  50% [=>  ] 1/2\rrounds 100% [===] 2/2\r".repeat(1_000);
        String text = "freshet: not this\n" + bars + "\nfreshet: no answer in time\nTry 'freshet --help'.\n";
        ByteArrayOutputStream copy = new ByteArrayOutputStream();
        ErrorOutput output = new ErrorOutput(new ByteArrayInputStream(text.getBytes(UTF_8)), copy);
        assertThat(output.reason()).contains("no answer in time");
        assertThat(copy.toString(UTF_8)).isEqualTo(text);
    }

    @Test
    void takesTheLastLineWhereNoneIsAReason() throws InterruptedException {
        assertThat(reason("Exception in thread main\n\tat some.Place\n \n")).contains("at some.Place");
        assertThat(reason("WARNING: Using incubator modules: jdk.incubator.vector\n"))
                .isEmpty();
        assertThat(reason("")).isEmpty();
    }

    private static Optional<String> reason(String text) throws InterruptedException {
        return new ErrorOutput(new ByteArrayInputStream(text.getBytes(UTF_8)), null).reason();
    }
}
