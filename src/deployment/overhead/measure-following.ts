import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CollabError, messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import type { OverheadFigures } from '../../logs/index.js';
import { type ConnectedDevice, SessionCpu } from '../../network/index.js';
import { deviceRunFolder, followEveryMs, Mirror, type RoleOrder, type Runtime } from '../runtimes/index.js';

const windowS = 10;
const runId = 'overhead';

/** A role of one process that sleeps, sampled at 10 Hz. */
const order: RoleOrder = {
  run_id: runId,
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
  ready: null,
  sampling_s: 0.1,
  metrics: [],
  idle_s: 0,
  meter: null,
  meeting: null,
  timeout_s: windowS * 6,
  stop_grace_s: 1,
};

type Following = Pick<OverheadFigures, 'following_cpu_percent' | 'following_unavailable'>;

/**
 * Measures what it costs a device that a role is followed as in a run: the CPU time of sshd and of its server of files.
 * The engine is asked nothing meanwhile but to say when the role has ended.
 */
export async function measureFollowing(
  connected: ConnectedDevice,
  runtime: Runtime,
  imageId: string | null,
  clock: Clock,
  signal?: AbortSignal,
): Promise<Following> {
  const local = await mkdtemp(join(tmpdir(), 'collab-following-'));
  const over = new AbortController();
  try {
    const role = await runtime.start({ connected, order, publish: [], imageId, gpu: false, data: [] });
    try {
      const waiting = role.waitForEnd(over.signal).catch(() => undefined);
      const percent = await follow(connected, new Mirror(connected.shell, role.folder, local), clock, signal);
      over.abort();
      await waiting;
      return percent === null
        ? { following_unavailable: 'its kernel does not show the CPU time of sshd' }
        : { following_cpu_percent: percent };
    } finally {
      over.abort();
      await role.stop();
      await role.remove();
    }
  } catch (error) {
    if (signal?.aborted) throw error;
    return { following_unavailable: error instanceof CollabError ? error.what : messageOf(error) };
  } finally {
    await connected.shell.remove(deviceRunFolder(connected, runId)).catch(() => undefined);
    await rm(local, { recursive: true, force: true });
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
