import type { JobStatus, inference } from '../../index.js';
import { glyphsFor, sparkline } from './charts.js';
import { minuteText } from './run-overview.js';
import { table } from './table.js';

const none = 'There are no inference jobs. Submit one: collab infer submit <model> <images>';
const shownAtMost = 5;

export function modelsText(
  models: readonly {
    name: string;
    description: string;
    task: string;
    width: number;
    height: number;
    batch_size: number;
    weights_version: number | null;
  }[],
): string {
  if (models.length === 0) return 'There are no models. How to make one: collab docs inference';
  const rows = models.map((one) => [
    one.name,
    one.task,
    `${one.width} x ${one.height}`,
    one.batch_size,
    one.weights_version === null ? 'none' : `version ${one.weights_version}`,
    one.description,
  ]);
  return table(['MODEL', 'TASK', 'INPUT', 'BATCH', 'WEIGHTS', ''], rows);
}

/** Files that are no images. */
export function leftOutText(left: readonly string[]): string {
  const shown = left.slice(0, shownAtMost).join(', ');
  const more = left.length - shownAtMost;
  const what =
    left.length === 1 ? 'one file that is no image is' : `${left.length} files that are no images are`;
  return `note: ${what} left out: ${shown}${more > 0 ? `, and ${more} more` : ''}`;
}

export const lacksWeightsText = (model: string, weights: string): string =>
  `note: the store has no ${weights}: each device tries weights of its own, as those of ImageNet. To make some: collab infer train ${model}`;

export function submittedInferenceText({ id, name, tasks, inference }: JobStatus): string {
  const images = inference?.batches.images ?? 0;
  return [
    id,
    `${name} is submitted: ${images} ${images === 1 ? 'query' : 'queries'} in ${tasks} ${tasks === 1 ? 'batch' : 'batches'}. How fast it goes: collab infer rate ${id}`,
    `What comes out: collab infer output ${id}`,
  ].join('\n');
}

/** Rates of models, with a chart of completions over time for each. */
export function ratesText(rates: readonly inference.ModelRate[], environment = process.env): string {
  if (rates.length === 0) return none;
  const rows = rates.map((one) => [
    one.model,
    `${one.completed} of ${one.queries}${one.live ? '' : ', ended'}`,
    one.recentPerS.toFixed(2),
    one.perS.toFixed(2),
    minuteText(new Date(one.sinceMs).toISOString()),
  ]);
  const glyphs = glyphsFor(environment);
  const charts = rates.flatMap((one) => [
    `${one.model}: completed in each ${one.stretchS === 1 ? 'second' : `${one.stretchS} seconds`}, up to ${Math.max(...one.completions)}`,
    `  ${sparkline(one.completions, glyphs)}`,
  ]);
  const headings = ['MODEL', 'COMPLETED', 'PER S (10 S)', 'PER S (ALL)', 'SINCE (UTC)'];
  return [table(headings, rows), '', ...charts].join('\n');
}

export function timesText(times: readonly inference.ModelTimes[]): string {
  if (times.length === 0) return none;
  const seconds = (value: number | null) => (value === null ? '-' : value.toFixed(3));
  const rows = times.map((one) => [
    one.model,
    one.n,
    one.imagesMean === null ? '-' : one.imagesMean.toFixed(1),
    ...[one.meanS, one.deviationS, one.p50S, one.p90S, one.p95S, one.p99S].map(seconds),
  ]);
  const headings = ['MODEL', 'N', 'IMAGES', 'MEAN S', 'SD', 'P50', 'P90', 'P95', 'P99'];
  const unknown = times
    .filter((one) => one.unknown > 0)
    .map((one) => `${one.model}: ${one.unknown} more batches are done and do not tell their time.`);
  return [table(headings, rows), ...unknown].join('\n');
}

export function batchSizeText(shown: {
  model: string;
  size: number;
  set: boolean;
  jobs: readonly string[] | null;
}): string {
  const { model, size, set, jobs } = shown;
  const images = `${size} ${size === 1 ? 'image' : 'images'}`;
  if (jobs === null) return `${model}: ${images} in a batch, ${set ? 'as set' : 'as its file says'}`;
  const which = jobs.length === 0 ? '' : `, from the next batch of ${jobs.join(', ')} on`;
  return `${model}: ${images} in a batch${which}; jobs that are submitted later have it too`;
}

export function batchPlacesText(places: readonly inference.BatchPlace[]): string {
  if (places.length === 0) return 'No device works on a batch now.';
  const rows = places.map((one) => [
    one.device,
    one.model,
    `${one.jobName} (${one.job})`,
    `${one.batch}${one.attempt === 1 ? '' : ` (attempt ${one.attempt})`}`,
    `${one.first} to ${one.last}`,
    one.since === null ? '' : minuteText(one.since),
  ]);
  const headings = ['DEVICE', 'MODEL', 'JOB', 'BATCH', 'IMAGES', 'SINCE (UTC)'];
  return table(headings, rows, undefined, ['SINCE (UTC)', 'MODEL']);
}

export function trainedText(model: string, accuracy: Readonly<Record<string, unknown>>): string {
  const { weights, train_seconds: seconds, held_out: heldOut } = accuracy;
  return [
    `${model} is trained: ${String(weights)}${typeof heldOut === 'string' ? ` (${heldOut})` : ''}, in ${String(seconds)} s`,
    'Its weights are in the store. See them: collab infer models',
  ].join('\n');
}
