package dev.freshet.ops.bench.embed;

import dev.freshet.ops.bench.Median;
import dev.freshet.ops.bench.server.ThreadTimes;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of the embed benchmark measured.
 *
 * @param raws the model alone, round by round, at least one
 * @param pipelines sustained ingest, round by round, at least one
 * @param charactersPerChunk the mean
 */
public record EmbedFigures(List<Rate> raws, List<PipelineRound> pipelines, double charactersPerChunk) {
    public EmbedFigures {
        raws = List.copyOf(raws);
        pipelines = List.copyOf(pipelines);
        if (raws.isEmpty() || pipelines.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a measurement");
        }
    }

    /** A part of the CPU time of the pipeline. */
    public record Part(String name, double cpuMsPerChunk, double share) {}

    public double rawChunksPerSecond() {
        return Median.of(rawRounds());
    }

    public double pipelineChunksPerSecond() {
        return Median.of(pipelineRounds());
    }

    /** Chunks per second, round by round. */
    public List<Double> rawRounds() {
        return raws.stream().map(Rate::chunksPerSecond).toList();
    }

    /** Chunks per second, round by round. */
    public List<Double> pipelineRounds() {
        return pipelines.stream().map(round -> round.rate().chunksPerSecond()).toList();
    }

    public double pipelineOverRaw() {
        return pipelineChunksPerSecond() / rawChunksPerSecond();
    }

    public double rawCpuMsPerChunk() {
        return Median.of(raws.stream().map(Rate::cpuMsPerChunk).toList());
    }

    public double pipelineCpuMsPerChunk() {
        return Median.of(
                pipelines.stream().map(round -> round.rate().cpuMsPerChunk()).toList());
    }

    /** What the pipeline's CPU time was used for, in all rounds together, most first; empty where that cannot be told. */
    public List<Part> parts() {
        Map<String, Double> seconds = new LinkedHashMap<>();
        long measured = 0;
        for (PipelineRound round : pipelines) {
            if (round.times().isPresent()) {
                round.times().get().seconds().forEach((group, used) -> seconds.merge(group, used, Double::sum));
                measured += round.rate().chunks();
            }
        }
        double total =
                seconds.values().stream().mapToDouble(Double::doubleValue).sum();
        double chunksMeasured = Math.max(1, measured);
        return seconds.entrySet().stream()
                .map(entry -> new Part(
                        entry.getKey(),
                        entry.getValue() * 1_000 / chunksMeasured,
                        total == 0 ? 0 : entry.getValue() / total))
                .sorted(Comparator.comparingDouble(Part::cpuMsPerChunk)
                        .reversed()
                        .thenComparing(Part::name))
                .toList();
    }

    /** How many there were in the largest index at the end. */
    public long vectors() {
        return pipelines.stream().mapToLong(PipelineRound::vectors).max().orElse(0);
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("pipeline_over_raw", pipelineOverRaw());
        report.put("raw_chunks_per_s", rawChunksPerSecond());
        report.put("pipeline_chunks_per_s", pipelineChunksPerSecond());
        report.put("raw_rounds", rawRounds());
        report.put("pipeline_rounds", pipelineRounds());
        report.put(
                "pipeline_texts_per_s",
                Median.of(pipelines.stream()
                        .map(round -> round.texts() / round.rate().seconds())
                        .toList()));
        report.put(
                "pipeline_rows_per_s",
                Median.of(pipelines.stream()
                        .map(round -> round.rows() / round.rate().seconds())
                        .toList()));
        report.put("raw_cpu_ms_per_chunk", rawCpuMsPerChunk());
        report.put("pipeline_cpu_ms_per_chunk", pipelineCpuMsPerChunk());
        Map<String, Object> parts = new LinkedHashMap<>();
        for (Part part : parts()) {
            parts.put(part.name(), part.cpuMsPerChunk());
            if (part.name().equals(ThreadTimes.MODEL)) {
                report.put("cpu_share_model", part.share());
            }
        }
        report.put("cpu_ms_per_chunk", parts);
        report.put(
                "waiting_rows_min",
                pipelines.stream().mapToLong(PipelineRound::waitingMin).min().orElse(0));
        report.put("vectors", vectors());
        report.put("characters_per_chunk", charactersPerChunk);
        return report;
    }
}
