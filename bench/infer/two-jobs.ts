import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { batchSize, doneOf, type InferBed } from './infer-bed.js';

/** Batches of each that come first, and are not counted. */
const settling = 4;

/** Two jobs of different models at once: how equal their rates are, and how soon the second one has a result. */
export async function twoJobs(bed: InferBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { batches = 80, seconds = 40 } = sizes;
  const apart: number[] = [];
  const split: number[] = [];
  const firstS: number[] = [];
  for (let at = 0; at < repeats; at += 1) {
    const [a1 = 0, a2 = 0, b1 = 0, b2 = 0] = await bed.bareLoops(
      ['resnet50', 'resnet50', 'inception-v3', 'inception-v3'],
      seconds,
    );
    split.push(apartOf(a1 + a2, b1 + b2));
    const first = await bed.infer('resnet50', batches);
    await bed.until(first, settling);
    const second = await bed.infer('inception-v3', batches);
    const jobs = await Promise.all([bed.finished(first), bed.finished(second)]);
    const [mine, other] = jobs.map(doneOf);
    if (mine === undefined || other === undefined) throw new Error('there are no two jobs');
    firstS.push(((other[0]?.endedMs ?? NaN) - Date.parse(jobs[1].submitted_at)) / 1000);
    // While both have work, from when the second one has had some.
    const fromMs = other[settling]?.endedMs ?? NaN;
    const toMs = Math.min(mine.at(-1)?.endedMs ?? NaN, other.at(-1)?.endedMs ?? NaN);
    const [x, y] = [mine, other].map(
      (done) => done.filter(({ endedMs }) => endedMs > fromMs && endedMs <= toMs).length,
    );
    apart.push(apartOf(x ?? 0, y ?? 0));
    say(`   ${at + 1}/${repeats}: ${x} and ${y} batches, first result after ${firstS.at(-1)?.toFixed(2)} s`);
  }
  const note = `ResNet-50, and Inception v3, which is submitted when the first one has ${settling} batches done; ${batches} batches of ${batchSize} each. Counted from the ${settling + 1}th result of the second job until the first one has no work left. Half and half: bare loops, two devices for each model.`;
  return [
    {
      what: 'two jobs, difference of their rates',
      unit: '%',
      ours: apart,
      peer: { name: 'half and half', values: split },
      target: { of: 'value', atMost: 10 },
      note,
    },
    {
      what: 'first result of the second job, its model is loaded',
      unit: 's',
      ours: firstS,
      target: { of: 'value', atMost: 3 },
      note: "From when the leader takes the job until the first batch's result is in the record, while the first job has all devices.",
    },
  ];
}

/** How much more the faster one does, in percent. */
const apartOf = (one: number, other: number) => 100 * (Math.max(one, other) / Math.min(one, other) - 1);
