import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { batchSize, type InferBed, type Model } from './infer-bed.js';

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);

/** Images per second of one job on four devices, beside four loops on them without collab. */
export async function throughput(bed: InferBed, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const { batches = 80, seconds = 40 } = sizes;
  const [ours, theirs]: number[][] = [[], []];
  const plan: Model[] = ['resnet50', 'resnet50', 'resnet50', 'resnet50'];
  for (let at = 0; at < repeats; at += 1) {
    theirs?.push(sum(await bed.bareLoops(plan, seconds)));
    const { task_list: tasks } = await bed.finished(await bed.infer('resnet50', batches));
    const ends = tasks.flatMap((one) => one.ends.filter(({ outcome }) => outcome === 'done'));
    const firstMs = Math.min(...ends.map((one) => Date.parse(one.assigned_at)));
    const lastMs = Math.max(...ends.map((one) => Date.parse(one.ended_at)));
    ours?.push((batches * batchSize) / ((lastMs - firstMs) / 1000));
    say(`   ${at + 1}/${repeats}: ${ours?.at(-1)?.toFixed(2)} and ${theirs?.at(-1)?.toFixed(2)} images/s`);
  }
  return [
    {
      what: 'ResNet-50, images of one job on four devices',
      unit: 'images/s',
      ours: ours ?? [],
      peer: { name: 'bare loops', values: theirs ?? [] },
      target: { of: 'ratio', atLeast: 0.95 },
      note: `${batches} batches of ${batchSize} images of 256 x 256, scaled to 128 x 128, from when the first one is given out until the last one is in the record. Bare loops: the same code in the same image on the same four devices at the same time, for ${seconds} s each. All devices share the cores of one machine, as do the servers of the fleet.`,
    },
  ];
}
