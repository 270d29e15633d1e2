import type { BatchEnd, InferenceProgress } from './batch-ends.js';

/** Time over which the present rate is measured. */
export const recentS = 10;
/** Stretches of time of equal length, from the start until now. */
const stretches = 60;

/** How fast the queries of a model are completed. */
export interface ModelRate {
  model: string;
  /** Ids of the jobs that are counted. */
  jobs: readonly string[];
  /** Whether one of them goes on. */
  live: boolean;
  completed: number;
  /** Queries of these jobs. */
  queries: number;
  /** When the first of them was submitted, and until when it is counted: now, or the end of the last one. */
  sinceMs: number;
  untilMs: number;
  /** Per second, over the last 10 s; over all the time where it is shorter. */
  recentPerS: number;
  /** Per second, since the start. */
  perS: number;
  /** Completions over time: in each stretch of so many seconds, how many queries were completed. */
  stretchS: number;
  completions: readonly number[];
}

/**
 * The rates of each model, by name: of its jobs that go on, or else of the last one that has ended.
 * @param jobs of all models
 */
export function modelRates(jobs: readonly InferenceProgress[], nowMs: number): ModelRate[] {
  const models = [...new Set(jobs.map(({ model }) => model))].sort();
  return models.map((model) => rateOf(model, counted(jobs.filter((one) => one.model === model)), nowMs));
}

/** Jobs that have ended would hide how it goes now. */
export function counted(jobs: readonly InferenceProgress[]): InferenceProgress[] {
  const live = jobs.filter(({ endedMs }) => endedMs === null);
  if (live.length > 0) return live;
  const last = jobs.reduce<InferenceProgress | null>(
    (latest, one) => (latest === null || (one.endedMs ?? 0) > (latest.endedMs ?? 0) ? one : latest),
    null,
  );
  return last === null ? [] : [last];
}

function rateOf(model: string, jobs: readonly InferenceProgress[], nowMs: number): ModelRate {
  const live = jobs.some(({ endedMs }) => endedMs === null);
  const ends = jobs.flatMap((job) => job.ends);
  const sinceMs = Math.min(...jobs.map(({ submittedMs }) => submittedMs));
  const lastMs = Math.max(...jobs.map(({ endedMs }) => endedMs ?? nowMs));
  // Devices write the ends: their clocks may be ahead of that of this machine.
  const untilMs = ends.reduce((latest, { endedMs }) => Math.max(latest, endedMs), Math.max(lastMs, sinceMs));
  const recentMs = Math.min(recentS * 1000, untilMs - sinceMs);
  const completed = imagesOf(ends);
  const recent = imagesOf(ends.filter(({ endedMs }) => endedMs > untilMs - recentMs));
  const stretchS = stretchOf((untilMs - sinceMs) / 1000);
  return {
    model,
    jobs: jobs.map(({ id }) => id),
    live,
    completed,
    queries: jobs.reduce((sum, { images }) => sum + images, 0),
    sinceMs,
    untilMs,
    recentPerS: perSecond(recent, recentMs),
    perS: perSecond(completed, untilMs - sinceMs),
    stretchS,
    completions: completionsOf(ends, sinceMs, untilMs, stretchS),
  };
}

const imagesOf = (ends: readonly BatchEnd[]): number => ends.reduce((sum, { images }) => sum + images, 0);
const perSecond = (count: number, ms: number): number => (ms > 0 ? count / (ms / 1000) : 0);

/** Whole seconds, so that there are at most `stretches` of them. */
const stretchOf = (seconds: number): number => Math.max(1, Math.ceil(seconds / stretches));

function completionsOf(
  ends: readonly BatchEnd[],
  sinceMs: number,
  untilMs: number,
  stretchS: number,
): number[] {
  const count = Math.max(1, Math.ceil((untilMs - sinceMs) / 1000 / stretchS));
  const completions = Array.from({ length: count }, () => 0);
  for (const { endedMs, images } of ends) {
    const at = Math.floor((endedMs - sinceMs) / 1000 / stretchS);
    const stretch = Math.min(count - 1, Math.max(0, at));
    completions[stretch] = (completions[stretch] ?? 0) + images;
  }
  return completions;
}
