import { describe, expect, test } from 'vitest';
import type { Amount } from './amount.js';
import { type FrameEntry, frameLedger } from './frame-ledger.js';
import { partOf, parts } from './part.js';
import type { LedgerSpan } from './span.js';

/** A reproducible source of random numbers from 0 to 1 (Lehmer, as in C++'s minstd_rand). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

type Random = ReturnType<typeof randomFrom>;

/** Spans at true times; the device's clock is added later. */
function span(frame: number, instance: string, name: string, startMs: number, lengthMs: number): LedgerSpan {
  return {
    frame: String(frame),
    instance,
    device: instance,
    name,
    part: partOf(name, undefined),
    startMs,
    endMs: startMs + lengthMs,
    errorMs: null,
  };
}

/** Makes the spans of one frame that starts at a moment, on up to four devices. */
type Workload = (frame: number, atMs: number, random: Random) => LedgerSpan[];

/** Head on the client, a call, decode and tail on the server. */
const split: Workload = (frame, atMs, random) => {
  const next = clockOf(atMs, random);
  const start = atMs;
  const head = span(frame, 'client', 'head', ...next(20));
  const serialize = span(frame, 'client', 'serialize', ...next(4));
  const called = next(0)[0];
  next(random() < 0.5 ? 0.3 : 8);
  const decode = span(frame, 'server', 'decode', ...next(3));
  if (random() < 0.3) next(2);
  const tail = span(frame, 'server', 'tail', ...next(30));
  next(random() < 0.5 ? 0.3 : 8);
  const ended = next(0)[0];
  const call = span(frame, 'client', 'call', called, ended - called);
  const spans = [head, serialize, call, decode, tail];
  if (random() < 0.7) spans.unshift(span(frame, 'client', 'frame', start, next(0)[0] - start));
  return spans;
};

/** A pipeline without calls over three devices, each frame overlapping the next. */
const pipeline: Workload = (frame, atMs, random) => {
  const next = clockOf(atMs, random);
  const spans: LedgerSpan[] = [];
  for (const instance of ['client', 'edge', 'cloud']) {
    if (random() < 0.3) spans.push(span(frame, instance, 'in_queue', ...next(3)));
    spans.push(span(frame, instance, 'stage', ...next(25)));
    if (random() < 0.5) spans.push(span(frame, instance, 'serialize', ...next(2)));
    next(random() < 0.5 ? 0.2 : 10);
  }
  return spans;
};

/** Calls to two workers at the same time, and one after the other to a third. */
const fanOut: Workload = (frame, atMs, random) => {
  const next = clockOf(atMs, random);
  const spans = [span(frame, 'client', 'scatter', ...next(5))];
  const [fork] = next(0);
  for (const instance of ['left', 'right']) {
    const branch = clockOf(fork + random() * 2, random);
    const [called] = branch(0);
    branch(1);
    spans.push(span(frame, instance, 'tail', ...branch(30)));
    branch(1);
    spans.push(span(frame, 'client', 'call', called, branch(0)[0] - called));
  }
  const later = clockOf(Math.max(...spans.map(({ endMs }) => endMs)), random);
  if (random() < 0.5) {
    later(3);
    const [called] = later(0);
    later(1);
    spans.push(span(frame, 'third', 'tail', ...later(10)));
    later(1);
    spans.push(span(frame, 'client', 'call', called, later(0)[0] - called));
  }
  spans.push(span(frame, 'client', 'gather', ...later(4)));
  if (random() < 0.6) spans.unshift(span(frame, 'client', 'frame', atMs, later(2)[0] - atMs));
  return spans;
};

/** A call inside of a call: client, edge, cloud. */
const chain: Workload = (frame, atMs, random) => {
  const next = clockOf(atMs, random);
  const spans = [span(frame, 'client', 'head', ...next(5))];
  const [outer] = next(0);
  next(1);
  spans.push(span(frame, 'edge', 'middle', ...next(10)));
  const [inner] = next(0);
  next(1);
  spans.push(span(frame, 'cloud', 'tail', ...next(15)));
  next(1);
  spans.push(span(frame, 'edge', 'call', inner, next(0)[0] - inner));
  spans.push(span(frame, 'edge', 'encode', ...next(2)));
  next(1);
  spans.push(span(frame, 'client', 'call', outer, next(0)[0] - outer));
  return spans;
};

/** Whatever: spans that no program would record. */
const nonsense: Workload = (frame, atMs, random) => {
  const names = ['head', 'serialize', 'call', 'wire_out', 'in_queue', 'sleep', 'tail', 'frame'];
  return Array.from({ length: 1 + Math.floor(random() * 10) }, () => {
    const instance = ['client', 'server', 'edge', 'cloud'][Math.floor(random() * 4)] ?? '';
    const name = names[Math.floor(random() * names.length)] ?? '';
    return span(frame, instance, name, atMs + random() * 60, random() < 0.1 ? 0 : random() * 40);
  });
};

/** Gives successive periods of random length around a mean: start and length. */
function clockOf(atMs: number, random: Random): (meanMs: number) => [number, number] {
  let nowMs = atMs;
  return (meanMs) => {
    const lengthMs = meanMs * (0.2 + 1.6 * random());
    nowMs += lengthMs;
    return [nowMs - lengthMs, lengthMs];
  };
}

interface Case {
  readonly workload: Workload;
  readonly errorMs: number;
  /** Time between the starts of frames; less than a frame's length makes them queue. */
  readonly everyMs: number;
}

/** The true ledger and that with wrong clocks, each frame with its truth. */
function ledgers({ workload, errorMs, everyMs }: Case, seed: number, frames: number) {
  const random = randomFrom(seed);
  const truth = Array.from({ length: frames }, (_, at) => workload(at, at * everyMs, random)).flat();
  const devices = [...new Set(truth.map(({ device }) => device))];
  const clocks = new Map(
    devices.map((device) => {
      const bound = errorMs * (0.5 + random());
      const kind = random();
      const shift = kind < 0.3 ? bound : kind < 0.6 ? -bound : bound * (2 * random() - 1);
      return [device, { bound, shift }];
    }),
  );
  const recorded = truth.map((one): LedgerSpan => {
    const { bound, shift } = clocks.get(one.device) ?? { bound: 0, shift: 0 };
    return { ...one, startMs: one.startMs + shift, endMs: one.endMs + shift, errorMs: bound };
  });
  const right = new Map(frameLedger(truth).map((entry) => [entry.frame, entry]));
  return frameLedger(recorded).flatMap((claim): [FrameEntry, FrameEntry][] => {
    const its = right.get(claim.frame);
    return its === undefined ? [] : [[claim, its]];
  });
}

function amountsOf(entry: FrameEntry): [string, Amount][] {
  return [
    ['end to end', entry.endToEnd],
    ...parts.map((part): [string, Amount] => [part, entry.parts[part]]),
    ['parallel', entry.parallel],
    ...[...entry.work].map(([instance, amount]): [string, Amount] => [`work of ${instance}`, amount]),
  ];
}

/** Every amount that is further from the truth than its bound. */
function broken(pairs: readonly [FrameEntry, FrameEntry][]): string[] {
  return pairs.flatMap(([claim, truth]) => {
    const right = new Map(amountsOf(truth));
    return amountsOf(claim).flatMap(([name, { ms, errorMs }]) => {
      const off = Math.abs(ms - (right.get(name)?.ms ?? 0));
      return errorMs !== null && off <= errorMs + 2e-6
        ? []
        : [`${claim.frame} ${name}: ${ms} is off by ${off}, bound ${errorMs}`];
    });
  });
}

const workloads = { split, pipeline, fanOut, chain, nonsense };

describe.each(Object.entries(workloads))('%s', (_, workload) => {
  test.each([
    [0.05, 200],
    [0.05, 30],
    [1.5, 200],
    [1.5, 30],
    [37.5, 200],
    [37.5, 30],
  ])(
    'clocks off by up to %s ms, a frame every %s ms: the truth is within every bound',
    (errorMs, everyMs) => {
      let count = 0;
      for (let seed = 1; seed <= 25; seed += 1) {
        const pairs = ledgers({ workload, errorMs, everyMs }, seed * 7919, 10);
        expect(broken(pairs), `seed ${seed}`).toEqual([]);
        count += pairs.length;
      }
      expect(count).toBe(250);
    },
  );
});

test('one clock off by 37.5 ms: in 250 frames no part is beyond its bound, and queue and idle have one', () => {
  const pairs = Array.from({ length: 25 }, (_, at) =>
    ledgers({ workload: split, errorMs: 37.5, everyMs: 30 }, 1 + at * 104_729, 10),
  ).flat();
  expect(pairs).toHaveLength(250);
  expect(broken(pairs)).toEqual([]);
  const off = (part: 'queue' | 'idle') =>
    pairs.filter(([claim, truth]) => Math.abs(claim.parts[part].ms - truth.parts[part].ms) > 0.001);
  for (const part of ['queue', 'idle'] as const) {
    expect(off(part).length).toBeGreaterThan(5);
    for (const [claim] of off(part)) expect(claim.parts[part].errorMs).toBeGreaterThan(0);
  }
});
