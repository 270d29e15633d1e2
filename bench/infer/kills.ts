import type { Measurement } from '../measurement.js';
import { p95 } from '../p95.js';
import { type BenchOptions, say } from '../run-bench.js';
import { pause } from '../jobs/jobs-fleet.js';
import { type InferBed, type InferJob } from './infer-bed.js';

const batches = 40;
const names = ['edge1', 'edge2', 'edge3', 'edge4'];

/** Kills of workers and leaders while a job runs: how soon batches run again, and whether each is done once. */
export async function kills(bed: InferBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const { kills: count = 20 } = sizes;
  const took: Record<'worker' | 'leader', number[]> = { worker: [], leader: [] };
  let [lost, doubled] = [0, 0];
  for (let at = 0; at < count; at += 1) {
    const of = at % 2 === 0 ? 'worker' : 'leader';
    const id = await bed.infer('resnet50', batches);
    await bed.until(id, 2);
    await pause(Math.random() * 3000);
    const leader = await bed.leader();
    const others = names.filter((name) => name !== leader);
    const victim = of === 'leader' ? leader : (others[at % others.length] ?? 'edge4');
    const killedMs = Date.now();
    await bed.killAgent(victim);
    const job = await bed.finished(id);
    took[of].push((againMs(job, of, killedMs) - killedMs) / 1000);
    for (const { ends } of job.task_list) {
      const done = ends.filter(({ outcome }) => outcome === 'done').length;
      if (done === 0) lost += 1;
      if (done > 1) doubled += 1;
    }
    say(`   ${at + 1}/${count} ${of} ${victim}: ${took[of].at(-1)?.toFixed(1)} s`);
  }
  const note = `${count} kills -9 of the agent of a device, by turns of a worker and of the leader, at a random moment of a job of ${batches} batches. Worker: until a batch that was lost with it is given out again; if it had none, until the next batch is. Leader: until another one gives out a batch.`;
  return [
    again('worker', took.worker, note),
    again('leader', took.leader, note),
    {
      what: 'batches lost, and doubled',
      unit: '',
      ours: [lost + doubled],
      target: { of: 'value', atMost: 0 },
      note,
    },
  ];
}

const again = (of: string, values: readonly number[], note: string): Measurement => ({
  what: `batches are given out again after kill -9 of the ${of}, p95`,
  unit: 's',
  ours: [p95(values)],
  target: { of: 'value', atMost: 15 },
  note,
});

/** When what the kill ended went on. */
function againMs({ task_list: tasks }: InferJob, of: 'worker' | 'leader', killedMs: number): number {
  const hit = tasks.filter(({ ends }) => ends.some(({ outcome }) => outcome === 'lost'));
  const awaited = of === 'worker' && hit.length > 0 ? hit : tasks;
  const given = awaited.flatMap(({ ends }) => ends.map(({ assigned_at: at }) => Date.parse(at)));
  return Math.min(...given.filter((one) => one > killedMs));
}
