import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollabError, messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { OverheadFigures } from '../../logs/index.js';
import { type ConnectedDevice, SessionCpu } from '../../network/index.js';
import type { Engine } from '../engine/index.js';
import { deviceRunFolder, followEveryMs, lanRuntime, Mirror, type RoleOrder } from '../runtimes/index.js';
import { newestImage } from './newest-image.js';

const windowS = 10;

/** A role of one process that sleeps, sampled at 10 Hz. */
const order: Omit<RoleOrder, 'run_id'> = {
  trial: 1,
  repeat: 0,
  warmup: false,
  role: 'followed',
  rank: 0,
  count: 1,
  command: ['sleep', String(windowS * 6)],
  parameters: {},
  peers: [],
  ports: {},
  reads_in_command: [],
  reads_declared: [],
  port_protocols: {},
  ready: null,
  sampling_s: 0.1,
  metrics: [],
  idle_s: 0,
  meter: null,
  prepare: null,
  finalize: null,
  meeting: null,
  timeout_s: windowS * 6,
  stop_grace_s: 1,
};

type Following = Pick<OverheadFigures, 'following_cpu_percent' | 'following_unavailable'>;

/**
 * Measures what it costs a device that a role is followed as in a run on a LAN: the CPU time of sshd and of its server of
 * files. The role runs in a container, from the newest image that a run has delivered: without one, the cost is unknown,
 * because a plain process is followed in another way. The engine is asked nothing meanwhile but to say when the role has
 * ended.
 */
export async function measureFollowing(
  connected: ConnectedDevice,
  engine: Engine | null,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Following> {
  // An earlier check that was killed may have left a container: each has its own name.
  const run_id = `overhead-${clock.now().getTime()}-${randomBytes(2).toString('hex')}`;
  const local = await mkdtemp(join(tmpdir(), 'collab-following-'));
  try {
    if (engine === null) throw new Error('a run follows a role in a container, and it has no usable engine');
    const image = await newestImage(engine);
    if (image === null) {
      throw new Error('it has no image of a run yet: collab images push hello delivers one');
    }
    const percent = await followRole(connected, engine, { image, run_id, local }, clock, signal);
    return percent === null
      ? { following_unavailable: 'its kernel does not show the CPU time of sshd' }
      : { following_cpu_percent: percent };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { following_unavailable: error instanceof CollabError ? error.what : messageOf(error) };
  } finally {
    await connected.shell.remove(deviceRunFolder(connected, run_id)).catch(() => undefined);
    await rm(local, { recursive: true, force: true });
  }
}

async function followRole(
  connected: ConnectedDevice,
  engine: Engine,
  { image, run_id, local }: { image: string; run_id: string; local: string },
  clock: Clock,
  signal?: AbortSignal,
): Promise<number | null> {
  const runtime = await lanRuntime.open({
    engineOf: () => engine,
    experimentFiles: () => Promise.resolve([]),
    clock,
  });
  const role = await runtime.start({
    connected,
    order: { run_id, ...order },
    publish: [],
    imageId: image,
    gpu: false,
    data: [],
  });
  const over = new AbortController();
  const waiting = role.waitForEnd(over.signal).catch(() => undefined);
  try {
    return await follow(connected, new Mirror(connected.shell, role.folder, local), clock, signal);
  } finally {
    over.abort();
    await waiting;
    await role.stop().finally(() => role.remove());
  }
}

async function follow(
  { shell }: ConnectedDevice,
  mirror: Mirror,
  clock: Clock,
  signal?: AbortSignal,
): Promise<number | null> {
  const cpu = await SessionCpu.of(shell);
  await mirror.follow();
  const startedMs = clock.now().getTime();
  const before = (await cpu?.seconds()) ?? null;
  for (let count = 0; count * followEveryMs < windowS * 1000; count += 1) {
    await clock.sleep(followEveryMs, signal);
    signal?.throwIfAborted();
    await mirror.follow();
  }
  const after = (await cpu?.seconds()) ?? null;
  const tookS = (clock.now().getTime() - startedMs) / 1000;
  await mirror.release();
  return before === null || after === null ? null : Number(((100 * (after - before)) / tookS).toFixed(3));
}
