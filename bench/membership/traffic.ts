import { defaultSettings, type FleetCost, planCost } from '../../src/fleet/membership/index.js';
import type { Measurement } from '../measurement.js';
import { type BenchOptions, say } from '../run-bench.js';
import { CollabFleet } from './collab-fleet.js';
import { type MemberTraffic, pause } from './fleet.js';
import { Pinger } from './pinger.js';
import { SerfFleet } from './serf-fleet.js';

interface Measured {
  ours: MemberTraffic[];
  memory: number[];
  serf: MemberTraffic[];
  serfMemory: number[];
  server: { sentPerS: number; receivedPerS: number };
  plan: FleetCost;
}

/** The first push/pull comes up to 36 s after a start, before a member knows how many there are and makes the interval longer. */
const settleMs = 45_000;
const mb = (bytes: number) => bytes / 1e6;
const within = (share: number) => ({ of: 'ratio' as const, atLeast: 1 - share, atMost: 1 + share });

/** What a member sends while nothing changes, at three sizes; what a central server sends and receives; and memory. */
export async function traffic(_: unknown, { sizes }: BenchOptions): Promise<Measurement[]> {
  const all = new Map<number, Measured>();
  for (const size of new Set([sizes.small ?? 10, sizes.middle ?? 50, sizes.large ?? 100])) {
    say(`   ${size} members, for ${sizes.seconds ?? 60} s`);
    all.set(size, await measure(size, sizes.seconds ?? 60));
  }
  const note = `Profile lan, ${sizes.seconds ?? 60} s without changes (at least one interval of push/pull), payload that a member sends (median of the members). Each receives as much. Serf compresses push/pull, and says less about a member.`;
  const serverNote = 'Sent and received by the server that pings each node each second; a node sends 49 B/s.';
  const lines = [...all].flatMap(
    ([size, { ours, serf, server, plan, memory, serfMemory }]): Measurement[] => [
      {
        what: `UDP of a member (ping and gossip), ${size} members`,
        unit: 'B/s',
        ours: ours.map(({ udpBytesPerS }) => udpBytesPerS),
        peer: { name: 'Serf, lan', values: serf.map(({ udpBytesPerS }) => udpBytesPerS) },
        note,
      },
      {
        what: `the same, beside what planCost predicts`,
        unit: 'B/s',
        ours: ours.map(({ udpBytesPerS }) => udpBytesPerS),
        peer: { name: 'planCost', values: [plan.probe.payloadBytesPerS] },
        target: within(0.1),
      },
      {
        what: `the same, beside a central server's node`,
        unit: 'B/s',
        ours: ours.map(({ udpBytesPerS }) => udpBytesPerS),
        peer: { name: 'central pinger', values: [server.sentPerS + server.receivedPerS] },
        note: serverNote,
      },
      {
        what: `TCP of a member (push/pull), ${size} members, mean`,
        unit: 'B/s',
        ours: [mean(ours)],
        peer: { name: 'Serf, lan', values: [mean(serf)] },
        note,
      },
      {
        what: `the same, beside what planCost predicts`,
        unit: 'B/s',
        ours: [mean(ours)],
        peer: { name: 'planCost', values: [plan.pushPull.payloadBytesPerS] },
        target: within(0.25),
      },
      {
        what: `memory of a member, ${size} members`,
        unit: 'MB',
        ours: memory.map(mb),
        peer: { name: 'Serf, lan', values: serfMemory.map(mb) },
        target: { of: 'value', atMost: 15 },
      },
    ],
  );
  const [first, last] = [[...all][0], [...all].at(-1)];
  if (first === undefined || last === undefined || first === last) return lines;
  const growth: Measurement = {
    what: `UDP of a member at ${last[0]} members, beside ${first[0]}`,
    unit: 'B/s',
    ours: last[1].ours.map(({ udpBytesPerS }) => udpBytesPerS),
    peer: { name: `${first[0]} members`, values: first[1].ours.map(({ udpBytesPerS }) => udpBytesPerS) },
    target: within(0.25),
  };
  return [...lines, growth];
}

/** One program after the other, so that their loads do not add up. */
async function measure(size: number, seconds: number): Promise<Measured> {
  // As long as each member needs to start one push/pull.
  const { pushPull } = planCost({ members: size, settings: defaultSettings('lan'), metadataBytes: 0 });
  const windowS = Math.max(seconds, pushPull.everyS);
  const fleet = await CollabFleet.up('lan', size, false);
  let mine: Pick<Measured, 'ours' | 'memory' | 'plan'>;
  try {
    await pause(settleMs);
    const question = { metadataBytes: await fleet.metadataBytes(), accessBytes: fleet.accessBytes() };
    const plan = planCost({ members: size, settings: defaultSettings('lan'), ...question });
    mine = { ours: await fleet.traffic(windowS), memory: await fleet.memoryBytes(), plan };
  } finally {
    fleet.close();
  }
  const agents = await SerfFleet.up(size);
  try {
    await pause(settleMs);
    const serf = await agents.traffic(windowS);
    const serfMemory = await agents.memoryBytes();
    const pinger = await Pinger.up(size);
    const server = await pinger.traffic(5);
    pinger.close();
    return { ...mine, serf, serfMemory, server };
  } finally {
    agents.close();
  }
}

const mean = (all: readonly MemberTraffic[]) =>
  all.reduce((sum, { tcpBytesPerS }) => sum + tcpBytesPerS, 0) / Math.max(1, all.length);
