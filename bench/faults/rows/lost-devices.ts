import { type Bed, sleep, type Started, until } from '../bed.js';
import { checkRun } from '../check-run.js';
import { boot, kill, move, pause, restartEngine, setCable } from '../devices.js';
import type { Row, Seen } from '../row.js';

const device = 'edge1';
const onDevice = ['run', 'counting', '--place', `counter=${device}`];

interface Fault {
  name: string;
  promise: string;
  onLoss: 'stop' | 'wait';
  /** Makes the fault, in the middle of a trial. */
  make: (bed: Bed, started: Started) => Promise<void>;
  /** Done when the run has ended. */
  undo?: (bed: Bed) => Promise<void>;
  /** The end that is promised: its exit code, and the attempt of the trial that is complete, if one is. */
  ends: { code: number; attempt?: number };
  short?: true;
}

/** Waits until the loss is said, and how long that took. */
async function noticed(started: Started, fromMs: number): Promise<void> {
  await until('the loss is noticed', () => started.said().includes('lost, last heard of at'), 60_000);
  started.noticedMs = Date.now() - fromMs;
}

const faults: Fault[] = [
  {
    name: 'device paused for 5 s',
    promise: 'not lost: the trial goes on',
    onLoss: 'stop',
    make: (bed) => pause(bed, device, 5000),
    ends: { code: 0, attempt: 1 },
    short: true,
  },
  {
    name: 'link cut for 5 s',
    promise: 'not lost: the trial goes on',
    onLoss: 'stop',
    make: async (bed) => {
      await setCable(bed, device, 'down');
      await sleep(5000);
      await setCable(bed, device, 'up');
    },
    ends: { code: 0, attempt: 1 },
  },
  {
    name: 'device paused for 30 s, on_loss: wait',
    promise: 'lost within 15 s, then tried again',
    onLoss: 'wait',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await Promise.all([pause(bed, device, 30_000), noticed(started, fromMs)]);
    },
    ends: { code: 0, attempt: 2 },
  },
  {
    name: 'link cut for 60 s, on_loss: wait',
    promise: 'lost within 15 s, then tried again',
    onLoss: 'wait',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await setCable(bed, device, 'down');
      await Promise.all([sleep(60_000), noticed(started, fromMs)]);
      await setCable(bed, device, 'up');
    },
    ends: { code: 0, attempt: 2 },
  },
  {
    name: 'link cut for good, on_loss: stop',
    promise: 'lost within 15 s; the run ends with code 4 and says how to go on',
    onLoss: 'stop',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await setCable(bed, device, 'down');
      await until('the loss is noticed', () => started.said().includes('was lost. It was last heard of'));
      started.noticedMs = Date.now() - fromMs;
      await started.code;
      await setCable(bed, device, 'up');
    },
    ends: { code: 4 },
  },
  {
    name: 'device killed and started again, on_loss: wait',
    promise: 'lost within 15 s, then tried again',
    onLoss: 'wait',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await kill(bed, device);
      await noticed(started, fromMs);
      await boot(bed, device);
    },
    ends: { code: 0, attempt: 2 },
  },
  {
    name: 'engine killed and started again, on_loss: wait',
    promise: 'said so, then tried again',
    onLoss: 'wait',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await restartEngine(bed, device);
      await noticed(started, fromMs);
    },
    ends: { code: 0, attempt: 2 },
  },
  {
    name: 'a new address, on_loss: wait',
    promise: 'found again by its host key, then tried again',
    onLoss: 'wait',
    make: async (bed, started) => {
      const fromMs = Date.now();
      await move(bed, device);
      await noticed(started, fromMs);
    },
    undo: (bed) => move(bed, device),
    ends: { code: 0, attempt: 2 },
  },
];

async function tryFault(bed: Bed, { onLoss, make, undo, ends }: Fault): Promise<Seen> {
  const steps = 100;
  bed.experiment({ onLoss, steps });
  const started = bed.start(...onDevice);
  await until('the counter counts', () => started.said().includes('counter-0 ready'), 120_000);
  await sleep(2000);
  await make(bed, started);
  const code = await started.code;
  await undo?.(bed);
  const [trial] = bed.record().trials;
  const attempt = trial?.attempt ?? 1;
  const late = (started.noticedMs ?? 0) > 15_000;
  const when =
    started.noticedMs === undefined ? '' : `, noticed after ${(started.noticedMs / 1000).toFixed(1)} s`;
  const how =
    trial?.state === 'complete' ? `complete in attempt ${attempt}` : `trial ${trial?.state ?? 'gone'}`;
  const isEnd =
    ends.attempt === undefined
      ? trial?.state === 'lost'
      : trial?.state === 'complete' && attempt === ends.attempt;
  return {
    what: `${how}${when}, exit code ${code}`,
    kept: code === ends.code && isEnd && !late,
    checked: [checkRun(bed.newestRun(), { steps })],
  };
}

export const lostDevices: Row[] = faults.map((fault) => ({
  name: fault.name,
  promise: fault.promise,
  onLab: true,
  ...(fault.short && { short: true }),
  try: (bed) => tryFault(bed, fault),
}));
