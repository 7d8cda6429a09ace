package dev.freshet.ops.cli;

import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.DatasetDescription;
import dev.freshet.ops.client.FreshetClient;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet datasets set}: creates a dataset, or changes what is named of one. */
@Command(
        name = "set",
        description =
                "Creates a dataset, or changes what is given of one that exists. Other text or metadata columns, and stricter policies, start a job that brings the stored rows up to date.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DatasetSetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "DATASET", description = "The dataset.")
    private String name;

    @Option(names = "--id-columns", split = ",", description = "The columns that make the row key; for a new dataset.")
    private @Nullable List<String> idColumns;

    @Option(names = "--text-columns", split = ",", description = "The columns whose text is embedded.")
    private @Nullable List<String> textColumns;

    @Option(
            names = "--metadata-columns",
            split = ",",
            description = "The columns that results carry (default: all others).")
    private @Nullable List<String> metadataColumns;

    @Option(names = "--policy", description = "When changed rows are embedded: on_append, manual or scheduled.")
    private @Nullable String policy;

    @Option(
            names = "--schedule",
            description = "Five fields of a crontab, for example '0 3 * * *'. Implies --policy scheduled.")
    private @Nullable String schedule;

    @Option(
            names = "--time-zone",
            description = "In which the schedule is read, for example Europe/Amsterdam (default: UTC).")
    private @Nullable String timeZone;

    @Option(
            names = "--column-policy",
            split = ",",
            paramLabel = "COLUMN=POLICY",
            description =
                    "What is done to a column before anything is kept of it: keep, drop, mask or hash. Columns that are not named stay as they are.")
    private @Nullable Map<String, String> columnPolicies;

    @Option(names = "--no-index", description = "Create a new dataset without its first index.")
    private boolean noIndex;

    @Mixin
    private JobOptions options;

    @Override
    public Integer call() throws InterruptedException {
        FreshetClient client = server.client();
        DatasetDescription existing = client.dataset(name).orElse(null);
        DatasetDescription put = client.putDataset(name, existing == null ? fresh() : changed(existing));
        Long job = put.job();
        if (job != null) {
            return options.show(client, client.job(job));
        }
        if (options.json()) {
            options.out().println(CommandJson.write(put));
        } else {
            DatasetsCommand.print(List.of(put), options.out());
        }
        return 0;
    }

    private DatasetDefinition fresh() {
        if (idColumns == null || textColumns == null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "there is no dataset '" + name + "'; --id-columns and --text-columns create it");
        }
        return new DatasetDefinition(
                idColumns,
                textColumns,
                metadataColumns,
                policy == null && schedule != null ? "scheduled" : policy,
                schedule,
                timeZone,
                noIndex ? false : null,
                columnPolicies);
    }

    /** What is not given stays. A schedule goes with the policy that has one. */
    private DatasetDefinition changed(DatasetDescription existing) {
        String wanted = policy != null ? policy : schedule != null ? "scheduled" : existing.refreshPolicy();
        boolean keeps = wanted.equals("scheduled");
        String cron = schedule != null || !keeps ? schedule : existing.schedule();
        String zone = timeZone != null || !keeps ? timeZone : existing.timeZone();
        return new DatasetDefinition(
                idColumns == null ? existing.idColumns() : idColumns,
                textColumns == null ? existing.textColumns() : textColumns,
                metadataColumns == null ? existing.metadataColumns() : metadataColumns,
                wanted,
                cron,
                zone,
                null,
                columnPolicies == null ? null : policies(existing, columnPolicies));
    }

    private static Map<String, String> policies(DatasetDescription existing, Map<String, String> given) {
        Map<String, String> policies = new TreeMap<>(existing.columnPolicies());
        policies.putAll(given);
        return policies;
    }
}
