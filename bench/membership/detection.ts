import { defaultSettings, planCost, type ProfileName } from '../../src/fleet/membership/index.js';
import { randomFrom } from '../../src/random.js';
import type { Measurement, Target } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { CollabFleet } from './collab-fleet.js';
import { type BenchFleet, pause, Started } from './fleet.js';
import { Pinger } from './pinger.js';
import { SerfFleet } from './serf-fleet.js';

const size = 8;
const note =
  `${size} members on this machine, each killed with SIGKILL at a random moment and started again; until the last of the ` +
  'others counts it as failed. Members tell a change within 0.1 s.';
const pingerNote =
  'The server alone knows it then. It pings each second, and a node is down after 3 pings without an answer.';

/** How soon a killed member is known to all others: collab and Serf in turn, and the server. */
export async function detection(_: unknown, { repeats, sizes }: BenchOptions): Promise<Measurement[]> {
  const kills = sizes.kills ?? repeats;
  const random = randomFrom(15);
  const took = { lan: [] as number[], fast: [] as number[], serf: [] as number[], pinger: [] as number[] };
  const started = new Started();
  try {
    const lan = await started.add(CollabFleet.up('lan', size));
    const fast = await started.add(CollabFleet.up('fast', size));
    const serf = await started.add(SerfFleet.up(size));
    const pinger = await started.add(Pinger.up(size));
    const ways = {
      lan: () => killed(lan, random),
      fast: () => killed(fast, random),
      serf: () => killed(serf, random),
      pinger: () => pinger.killOne(random),
    };
    const names = Object.keys(ways) as (keyof typeof ways)[];
    for (let kill = 1; kill <= kills; kill += 1) {
      for (const name of names) took[name].push((await ways[name]()) / 1000);
      say(
        `   ${kill}/${kills} ${names.map((name) => `${name} ${(took[name].at(-1) ?? 0).toFixed(1)} s`).join(', ')}`,
      );
    }
  } finally {
    await started.close();
  }
  const line = (profile: 'lan' | 'fast', target: Target): Measurement[] => [
    {
      what: `killed member known to all others, ${profile}, p50`,
      unit: 's',
      ours: took[profile],
      peer: { name: 'Serf, lan', values: took.serf },
      target,
      note,
    },
    {
      what: `the same, ${profile}, beside what planCost predicts`,
      unit: 's',
      ours: took[profile],
      peer: { name: 'planCost', values: [predicted(profile)] },
      target: { of: 'ratio', atLeast: 0.8, atMost: 1.25 },
    },
  ];
  return [
    ...line('lan', { of: 'value', atMost: 7.5 }),
    ...line('fast', { of: 'value', atMost: 3 }),
    {
      what: 'the same, fast, the slowest',
      unit: 's',
      ours: [Math.max(...took.fast)],
      peer: { name: 'Serf, lan', values: [Math.max(...took.serf)] },
      target: { of: 'value', atMost: 6 },
    },
    {
      what: 'the same, lan, the slowest',
      unit: 's',
      ours: [Math.max(...took.lan)],
      peer: { name: 'Serf, lan', values: [Math.max(...took.serf)] },
    },
    {
      what: 'the same, lan, beside a central server',
      unit: 's',
      ours: took.lan,
      peer: { name: 'central pinger', values: took.pinger },
      note: pingerNote,
    },
  ];
}

async function killed(fleet: BenchFleet, random: () => number): Promise<number> {
  await pause(1000 * random());
  const tookMs = await fleet.killOne();
  await fleet.bringBack();
  return tookMs;
}

function predicted(profile: ProfileName): number {
  const cost = planCost({ members: size, settings: defaultSettings(profile), metadataBytes: 100 });
  return cost.detection?.knownMedianS ?? NaN;
}
