import { counted } from './rates.js';
import type { InferenceProgress } from './batch-ends.js';

/** How long processes work on a batch of a model, in seconds. Null where no batch tells. */
export interface ModelTimes {
  model: string;
  /** Ids of the jobs that are counted. */
  jobs: readonly string[];
  /** Batches that are measured. */
  n: number;
  /** Batches that are done, and do not tell their time. */
  unknown: number;
  /** Images in a batch, on average. */
  imagesMean: number | null;
  meanS: number | null;
  /** Of the sample: divided by n - 1. Null for one batch. */
  deviationS: number | null;
  p50S: number | null;
  p90S: number | null;
  p95S: number | null;
  p99S: number | null;
}

/** The processing times of each model, by name, over the jobs of which `modelRates` tells. */
export function modelTimes(jobs: readonly InferenceProgress[]): ModelTimes[] {
  const models = [...new Set(jobs.map(({ model }) => model))].sort();
  return models.map((model) => {
    const those = counted(jobs.filter((one) => one.model === model));
    const ends = those.flatMap((job) => job.ends);
    const measured = ends.flatMap(({ processingS, images }) =>
      processingS === null ? [] : [{ processingS, images }],
    );
    const times = measured.map(({ processingS }) => processingS).sort((a, b) => a - b);
    const mean = meanOf(times);
    return {
      model,
      jobs: those.map(({ id }) => id),
      n: times.length,
      unknown: ends.length - times.length,
      imagesMean: meanOf(measured.map(({ images }) => images)),
      meanS: mean,
      deviationS: mean === null ? null : deviationOf(times, mean),
      p50S: quantile(times, 0.5),
      p90S: quantile(times, 0.9),
      p95S: quantile(times, 0.95),
      p99S: quantile(times, 0.99),
    };
  });
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[], mean: number): number | null {
  if (values.length < 2) return null;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1));
}

/** With linear interpolation, as in reports. @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number | null {
  if (sorted.length === 0) return null;
  const place = (sorted.length - 1) * share;
  const below = Math.floor(place);
  const from = sorted[below] ?? Number.NaN;
  const to = sorted[below + 1] ?? from;
  return from + (to - from) * (place - below);
}
