import type { Measurement } from '../measurement.js';
import { p95 } from '../p95.js';
import { type BenchOptions, say } from '../run-bench.js';
import type { StoreBed } from './store-bed.js';

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until the fleet says that every replica is whole. */
async function whole(bed: StoreBed, withinS = 300): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    const { stdout } = await bed.lab.collab('fleet', 'status', '--json').catch(() => ({ stdout: '{}' }));
    const { store } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
      store?: { below_target: number | null } | null;
    };
    if (store?.below_target === 0) return;
    if (performance.now() - startedMs > withinS * 1000) throw new Error('the replicas did not become whole');
    await pause(500);
  }
}

/** How soon a file can be read, and another one put, after a keeper was killed. */
export async function killed(bed: StoreBed, { sizes }: BenchOptions): Promise<Measurement[]> {
  const kills = sizes.kills ?? 10;
  const file = bed.file(1_000_000);
  const name = bed.newName();
  await bed.store('put', file, name);
  const readS: number[] = [];
  const writtenS: number[] = [];
  for (let at = 0; at < kills; at++) {
    await whole(bed);
    const keeper = bed.keepers[at % bed.keepers.length] ?? '';
    await bed.container(keeper, 'kill', '--signal', 'KILL');
    const killedMs = performance.now();
    const since = () => (performance.now() - killedMs) / 1000;
    await bed.store('get', name, `${file}.got`);
    readS.push(since());
    await bed.store('put', file, bed.newName());
    writtenS.push(since());
    say(
      `   ${at + 1}/${kills} ${keeper}: read after ${(readS.at(-1) ?? 0).toFixed(1)} s, written after ${(writtenS.at(-1) ?? 0).toFixed(1)} s`,
    );
    await bed.container(keeper, 'start');
  }
  await whole(bed);
  const note = `${kills} kills of the container of one keeper of three, each in turn, while nothing else ran; the figure is the 95th percentile. The new process of each command is in its time.`;
  return [
    {
      what: 'readable after kill -9 of a keeper, p95',
      unit: 's',
      ours: [p95(readS)],
      target: { of: 'value', atMost: 15 },
      note,
    },
    { what: 'read and written after kill -9 of a keeper, p95', unit: 's', ours: [p95(writtenS)], note },
  ];
}

/** How soon there are three replicas again, after a keeper of five was lost and taken out. */
export async function replaced(bed: StoreBed): Promise<Measurement[]> {
  const megabytes = 300;
  await bed.lab.collab('fleet', 'up', '--keepers', 'edge1,edge2,edge3,edge4,edge5', '--yes');
  const file = bed.file(megabytes * 1e6);
  const name = bed.newName();
  await bed.store('put', file, name);
  await whole(bed);
  await bed.container('edge2', 'kill', '--signal', 'KILL');
  const startedMs = performance.now();
  // The others need some seconds to know that it is gone; until then it is not replaced.
  for (let isReplaced = false; !isReplaced; await pause(500)) {
    isReplaced = await bed.lab.collab('fleet', 'replace', 'edge2', '--yes').then(
      () => true,
      () => false,
    );
    if (performance.now() - startedMs > 120_000) throw new Error('edge2 was not replaced');
  }
  await whole(bed);
  const tookS = (performance.now() - startedMs) / 1000;
  await bed.container('edge2', 'start');
  await bed.store('delete', name, '--yes');
  bed.remove(file);
  const limitS = 60 + (megabytes * 1e6) / (1e9 / 8);
  return [
    {
      what: `three replicas again, five keepers, ${megabytes} MB stored`,
      unit: 's',
      ours: [tookS],
      target: { of: 'value', atMost: Math.round(limitS) },
      note: 'From its `kill -9` on, with `collab fleet replace` as soon as it works; the limit is 60 s plus all stored bytes over the link.',
    },
  ];
}
