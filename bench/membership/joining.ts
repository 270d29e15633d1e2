import type { Measurement } from '../measurement.js';
import { CollabFleet } from './collab-fleet.js';
import { SerfFleet } from './serf-fleet.js';

const size = 8;
const joins = 10;

/** How soon a new member is known to all, and knows all. */
export async function joining(): Promise<Measurement[]> {
  const times = async (fleet: CollabFleet | SerfFleet) => {
    const tookS: number[] = [];
    try {
      while (tookS.length < joins) tookS.push((await fleet.addOne()) / 1000);
    } finally {
      fleet.close();
    }
    return tookS;
  };
  const ours = await times(await CollabFleet.up('lan', size));
  const theirs = await times(await SerfFleet.up(size));
  return [
    {
      what: `new member known to all, slowest of ${joins}`,
      unit: 's',
      ours: [Math.max(...ours)],
      peer: { name: 'Serf, lan', values: [Math.max(...theirs)] },
      target: { of: 'value', atMost: 2 },
      note: `Joins a fleet of ${size} to ${size + joins - 1}; from when it answers (Serf: from when it is started) until all see it and it sees all.`,
    },
  ];
}
