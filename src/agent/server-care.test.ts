import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { agentId as id, keeperConfig } from '../../tests/fixtures/agent-config.js';
import { SteppedClock } from '../../tests/fixtures/stepped-clock.js';
import type { StreamState } from '../fleet/index.js';
import { lagsOf, ServerCare, Symptoms } from './server-care.js';

const name = `${id}-1-1`;
const gigabyte = 1 << 30;

const replica = (server: string, lag: number, isLeader = false) => ({
  server,
  isLeader,
  isCurrent: lag === 0,
  isOffline: false,
  lag,
});
const stream = (streamName: string, ...replicas: ReturnType<typeof replica>[]): StreamState => ({
  name: streamName,
  replicas,
  target: 3,
  messages: 9,
  bytes: 9,
});
const behind = (lag: number) => [stream('INDEX', replica('other', 0, true), replica(name, lag))];

async function care({ isSupervised = true, keepers = 3, turn = 0 } = {}) {
  const state = await mkdtemp(join(tmpdir(), 'collab-care-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  await mkdir(join(state, 'nats'));
  await writeFile(join(state, 'nats/server-1.conf'), `server_name: "${name}"\n`);
  const config = keeperConfig(state, {
    keepers: Array.from({ length: keepers }, (_, at) => ({
      id: at === turn ? id : String(at + 2).padStart(20, '0'),
      name: `nano${at + 1}`,
      address: '127.0.0.1',
      nats_port: 4222,
    })),
    nats_supervised: isSupervised,
  });
  const clock = new SteppedClock();
  const seen = {
    isEnabled: true,
    usedBytes: 0,
    freeBytes: 10 * gigabyte,
    streams: [] as StreamState[],
    pid: 7,
    hears: true,
  };
  const signals: string[] = [];
  const lines: string[] = [];
  let doesEnd = true;
  const own = () => ({
    name,
    version: '2.10.27',
    isEnabled: seen.isEnabled,
    usedBytes: seen.usedBytes,
    isMetaLeader: false,
  });
  const one = new ServerCare(
    {
      config,
      server: {
        pid: () => Promise.resolve(seen.pid),
        signal: (pid, signal) => {
          signals.push(signal);
          if (signal === 'SIGKILL' || doesEnd) seen.pid = pid + 1;
        },
      },
      system: () =>
        Promise.resolve({
          servers: () => Promise.resolve([own(), { ...own(), name: 'other' }]),
          peers: () =>
            seen.hears
              ? Promise.resolve([{ server: name, isCurrent: true, isOffline: false, lastSeenMs: 0 }])
              : Promise.reject(new Error('no leader')),
        }),
      broker: { streams: () => Promise.resolve(seen.streams) },
      nowMs: () => clock.now().getTime(),
      disk: () => Promise.resolve({ freeBytes: seen.freeBytes, totalBytes: 100 * gigabyte }),
    },
    { clock, log: (line) => void lines.push(line), signal: new AbortController().signal },
  );
  /** Looks each 30 s for so many minutes. */
  const lookFor = async (minutes: number) => {
    for (let count = 0; count < minutes * 2; count += 1) {
      await one.look();
      await clock.sleep(30_000);
    }
  };
  return { lookFor, seen, signals, lines, hang: () => void (doesEnd = false) };
}

it('leaves a server alone that is well', async () => {
  const { lookFor, signals, lines } = await care();
  await lookFor(60);
  expect([signals, lines]).toEqual([[], []]);
});

it('starts a server again that keeps no files, once there is space, and not more often than each ten minutes', async () => {
  const { lookFor, seen, signals, lines } = await care();
  Object.assign(seen, { isEnabled: false, freeBytes: 1000 });
  await lookFor(5);
  expect(signals).toEqual([]);
  expect(lines).toEqual(['the disk is full: nats-server keeps no files here until there is space']);
  seen.freeBytes = 10 * gigabyte;
  await lookFor(9);
  expect(signals).toEqual(['SIGTERM']);
  await lookFor(3);
  expect(signals).toEqual(['SIGTERM', 'SIGTERM']);
});

it('does so where it is alone, too', async () => {
  const { lookFor, seen, signals } = await care({ keepers: 1 });
  seen.isEnabled = false;
  await lookFor(2);
  expect(signals).toEqual(['SIGTERM']);
});

it('starts a server again whose replicas get nothing for five minutes', async () => {
  const { lookFor, seen, signals } = await care();
  seen.streams = behind(20);
  await lookFor(4.5);
  expect(signals).toEqual([]);
  await lookFor(2);
  expect(signals).toEqual(['SIGTERM']);
});

it('waits for replicas that catch up: the lag gets smaller, or the disk fuller', async () => {
  const { lookFor, seen, signals } = await care();
  for (let lag = 200; lag > 100; lag -= 1) {
    seen.streams = behind(lag);
    await lookFor(1);
  }
  for (let count = 0; count < 100; count += 1) {
    seen.usedBytes += 5 << 20;
    await lookFor(1);
  }
  expect(signals).toEqual([]);
});

it('starts a server again that the others do not hear, the second keeper later than the first', async () => {
  const first = await care();
  const second = await care({ turn: 1 });
  for (const { lookFor, seen } of [first, second]) {
    seen.hears = false;
    await lookFor(1.5);
  }
  expect(first.signals).toEqual(['SIGTERM']);
  expect(second.signals).toEqual([]);
  await second.lookFor(0.5);
  expect(second.signals).toEqual(['SIGTERM']);
});

it('kills a server that does not end', async () => {
  const { lookFor, seen, signals, hang } = await care();
  hang();
  seen.isEnabled = false;
  await lookFor(2);
  expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
});

it('says what to do where nothing starts it again', async () => {
  const { lookFor, seen, signals, lines } = await care({ isSupervised: false });
  seen.isEnabled = false;
  await lookFor(10);
  expect(signals).toEqual([]);
  expect(lines).toEqual([
    'nats-server is disabled; end it, and start it again with: collab fleet up --local',
  ]);
});

it('counts only streams that have a leader, and nothing of a server that does not answer', () => {
  expect(lagsOf([stream('A', replica(name, 5), replica('other', 5))], name).size).toBe(0);
  expect([...lagsOf(behind(0), name)]).toEqual([]);
  expect([...lagsOf(behind(3), name)]).toEqual([['INDEX', 3]]);
  const symptoms = new Symptoms(0);
  for (let at = 0; at < 100; at += 1) expect(symptoms.update(null, at * 60_000)).toBeNull();
});
