import type { DrillName } from '../../../src/index.js';
import { type Bed, sleep } from '../bed.js';
import { FleetBed, measuredText, onFleet } from '../fleet-bed.js';
import type { Row, Seen } from '../row.js';

/** To one member. It accepts 512, and closes the others at once. */
const connections = 10_000;

const drilled: { name: string; drill: DrillName; promise: string }[] = [
  {
    name: 'fleet: a member killed',
    drill: 'kill',
    promise: 'failed for all others, nobody else is; alive again after its start',
  },
  {
    name: 'fleet: a member paused for 20 s',
    drill: 'pause',
    promise: 'alive again for all, without help; nobody else failed',
  },
  {
    name: 'fleet: cut off from half of the fleet',
    drill: 'partition',
    promise: 'each side sees the other as failed, itself as alive; all alive after healing',
  },
  {
    name: 'fleet: a new address of a member',
    drill: 'address',
    promise: 'alive at its new address for all others, without help',
  },
  {
    name: 'fleet: all members killed and started at once',
    drill: 'restart',
    promise: 'all see all alive again',
  },
  {
    name: 'fleet: a wrong gossip key, and an identity twice',
    drill: 'stranger',
    promise: 'neither node gets in; the known member stays where it is',
  },
  {
    name: 'fleet: malformed and replayed packets',
    drill: 'packets',
    promise: 'no member ends, or is seen as failed',
  },
  {
    name: 'fleet: 10,000 HTTP connections to a member',
    drill: 'connections',
    promise: 'it goes on gossiping, and answers afterwards',
  },
];

const seenOf = (what: string, kept: boolean): Seen => ({ what, kept, checked: [] });

async function drill(bed: Bed, name: DrillName): Promise<Seen> {
  return onFleet(bed, true, async (fleet) => {
    const result = await fleet.drill(name, connections);
    return seenOf(measuredText(result), result.state === 'passed');
  });
}

/** Kills `fleet up` at random moments, and lets another one go on. */
async function killedUp(bed: Bed, times: number, onLab: boolean): Promise<Seen> {
  const fleet = new FleetBed(bed, onLab);
  let whole = 0;
  let early = 0;
  const wrong: string[] = [];
  const tookMs: number[] = [];
  // How long an undisturbed one takes, so that the moments are spread over all of it.
  const beganMs = Date.now();
  await fleet.up();
  const wholeMs = Date.now() - beganMs;
  await fleet.down();
  for (let time = 0; time < times; time += 1) {
    try {
      const started = fleet.start('up', '--yes');
      await sleep(bed.random() * wholeMs);
      started.child.kill('SIGKILL');
      if ((await started.code) !== 137) early += 1;
      const fromMs = Date.now();
      const { code, said } = await fleet.fleet('up', '--yes');
      tookMs.push(Date.now() - fromMs);
      const alive = code === 0 ? await fleet.alive() : [];
      if (alive.length === 3) whole += 1;
      else wrong.push(`${alive.length} alive, ${/^error: .*/m.exec(said)?.[0] ?? `code ${code}`}`);
    } finally {
      await fleet.down();
    }
  }
  const first = wrong[0] === undefined ? '' : `; ${wrong[0]}`;
  return seenOf(
    `${whole} of ${times} fleets are whole after the second command (${early} firsts were over before the kill), the slowest after ${(Math.max(...tookMs) / 1000).toFixed(1)} s${first}`,
    whole === times,
  );
}

const ofFullDisk = /no space left|disk of \S+ is full/i;

/** A fleet that runs while the disk of a device fills up, and one that is made while it is full. */
async function fullDisk(bed: Bed): Promise<Seen> {
  const volumes = '/var/lib/docker/volumes';
  // The one that drills are done to: the last one, where all are keepers.
  const device = 'edge3';
  const fleet = new FleetBed(bed, true);
  const fill = () => bed.onDevice(device, 'dd', 'if=/dev/zero', `of=${volumes}/fill`, 'bs=4k');
  const free = () => bed.onDevice(device, 'rm', '-f', `${volumes}/fill`);
  await bed.onDevice(device, 'mount', '-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', volumes);
  try {
    await fleet.up();
    await fill();
    const drilled = [await fleet.drill('kill', 1), await fleet.drill('access', 1)];
    await free();
    await fleet.down();
    await fill();
    const made = await fleet.fleet('up', '--yes');
    const said = made.said.split('\n').find((line) => ofFullDisk.test(line)) ?? 'nothing of a full disk';
    const during = await fleet.alive();
    await free();
    const again = await fleet.fleet('up', '--yes');
    const after = await fleet.alive();
    const works = drilled.map(({ drill: name, state, why }) => [name, state, ...why].join(' ')).join(', ');
    return seenOf(
      `of a fleet that runs: ${works}; of one that is made: ${said.trim()} Exit code ${made.code}, ${during.length} of 3 alive, and ${after.length} after the disk was freed and up ended with code ${again.code}`,
      drilled.every(({ state }) => state === 'passed') &&
        ofFullDisk.test(made.said) &&
        !/^\s+at .*:\d+:\d+/m.test(made.said) &&
        made.code !== 0 &&
        during.length === 2 &&
        again.code === 0 &&
        after.length === 3,
    );
  } finally {
    await free();
    await fleet.fleet('down', '--purge', '--yes');
    await bed.onDevice(device, 'umount', '-l', volumes);
  }
}

export const fleets: Row[] = [
  ...drilled.map(({ name, promise, drill: which }): Row => ({
    name,
    promise,
    onLab: true,
    try: (bed) => drill(bed, which),
  })),
  {
    name: 'fleet: kill -9 of fleet up, then fleet up',
    promise: 'the fleet is whole',
    onLab: true,
    try: (bed) => killedUp(bed, bed.times ?? 5, true),
  },
  {
    name: 'fleet: kill -9 of fleet up, then fleet up, --local',
    promise: 'the fleet is whole',
    onLab: false,
    try: (bed) => killedUp(bed, bed.times ?? 10, false),
  },
  {
    name: 'fleet: disk full on a device',
    promise: 'a fleet that runs goes on; one that is made says it, and is whole after the disk is freed',
    onLab: true,
    try: fullDisk,
  },
];
