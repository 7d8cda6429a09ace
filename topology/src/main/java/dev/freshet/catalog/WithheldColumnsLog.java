package dev.freshet.catalog;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says in the log which text columns are not embedded because they seem to hold personal data: once for each state of a dataset. Thread-safe. */
public final class WithheldColumnsLog implements Consumer<Catalog> {
    private static final Logger log = LoggerFactory.getLogger(WithheldColumnsLog.class);

    private final Map<Long, List<String>> said = new HashMap<>();

    @Override
    public synchronized void accept(Catalog catalog) {
        said.keySet().removeIf(id -> catalog.dataset(id).isEmpty());
        for (Dataset dataset : catalog.datasets()) {
            List<String> withheld = dataset.withheldColumns();
            List<String> before = said.put(dataset.id(), withheld);
            if (!withheld.isEmpty() && !withheld.equals(before)) {
                log.warn(
                        "The text columns {} of the dataset {} are not embedded, because they seem to hold personal data: say what is to be done with them in its column_policies (keep, drop, mask or hash)",
                        withheld,
                        dataset.name());
            }
        }
    }
}
