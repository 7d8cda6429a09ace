package dev.freshet.ops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQlTest {
    @Test
    void findsMetricsAndLabels() {
        assertThat(PromQl.parse("up")).isEqualTo(new PromQl(Set.of("up"), Set.of()));
        assertThat(PromQl.parse("sum by (index, le) (rate(a_bucket{job=\"x by (y)\", index=~\"$index\"}[5m])) > 0.5"))
                .isEqualTo(new PromQl(Set.of("a_bucket"), Set.of("index", "le", "job")));
        assertThat(PromQl.parse("histogram_quantile(0.99, sum(rate(a_bucket[$__rate_interval])) by (le))"))
                .isEqualTo(new PromQl(Set.of("a_bucket"), Set.of("le")));
        assertThat(PromQl.parse("a / on (index) group_left (dataset) b and c offset 5m unless max_over_time(d[1h])"))
                .isEqualTo(new PromQl(Set.of("a", "b", "c", "d"), Set.of("index", "dataset")));
        assertThat(PromQl.parse("(a - b) / 1e3 > bool +Inf")).isEqualTo(new PromQl(Set.of("a", "b"), Set.of()));
        assertThat(PromQl.parse("count without(instance)(a) == 3"))
                .isEqualTo(new PromQl(Set.of("a"), Set.of("instance")));
    }

    @Test
    void refusesBracketsThatDoNotMatch() {
        assertThatThrownBy(() -> PromQl.parse("sum(a")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PromQl.parse("sum(a))")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PromQl.parse("a{b=\"c\"")).isInstanceOf(IllegalArgumentException.class);
    }
}
