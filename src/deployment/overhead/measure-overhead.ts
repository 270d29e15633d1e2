import { CollabError, messageOf } from '../../errors.js';
import { systemClock, type Clock } from '../../events.js';
import { overheadFigures, type Overhead } from '../../logs/index.js';
import type { ConnectedDevice } from '../../network/index.js';
import type { Engine } from '../engine/index.js';
import { contentOf, wrapperFiles } from '../archives/index.js';
import { ownFolder } from '../runtimes/index.js';
import { measureFollowing } from './measure-following.js';
import { newestImage } from './newest-image.js';

/** Runs of each kind, and the approximate duration of one load. Some 20 s in total. */
const pairs = 9;
const loadS = 1;
const samplingS = 0.1;
const withinMs = 180_000;
const pollEveryMs = 500;

/**
 * Measures what collab costs a device: the same load bare and wrapped, alternating, then a role in a container that is
 * followed as in a run. The load uses the device's Python, or else the newest image that a run has delivered. Without
 * either, the result is unavailable, with the reason.
 */
export async function measureOverhead(
  connected: ConnectedDevice,
  engine: Engine | null,
  { clock = systemClock, signal }: { clock?: Clock; signal?: AbortSignal } = {},
): Promise<Overhead> {
  const measured_at = clock.now().toISOString();
  const folder = `${ownFolder(connected)}/overhead`;
  const { shell } = connected;
  try {
    await shell.remove(folder);
    await shell.makeFolder(`${folder}/work`);
    const image = await imageFor(connected, engine);
    const printed =
      image === null
        ? await onHost(connected, folder, signal)
        : await inContainer(connected, image, folder, clock, signal);
    const figures = overheadFigures.parse(JSON.parse(printed.trim().split('\n').at(-1) ?? ''));
    const following = await measureFollowing(connected, engine, clock, signal);
    return { measured_at, ...figures, ...following };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { measured_at, unavailable: error instanceof CollabError ? error.what : messageOf(error) };
  } finally {
    await shell.remove(folder).catch(() => undefined);
  }
}

const argumentsIn = (folder: string) => ['--overhead', ...[pairs, loadS, samplingS].map(String), folder];

async function onHost({ shell }: ConnectedDevice, folder: string, signal?: AbortSignal): Promise<string> {
  for (const file of await wrapperFiles()) {
    await shell.write(`${folder}/${file.name}`, await contentOf(file));
  }
  const program = ['python3', `${folder}/wrapper.py`, ...argumentsIn(`${folder}/work`)];
  const { code, stdout, stderr } = await shell.exec(program, {
    timeoutMs: withinMs,
    ...(signal && { signal }),
  });
  if (code !== 0) throw new Error(lastLine(stderr) || `python3 ended with code ${String(code)}`);
  return stdout;
}

interface DeliveredImage {
  engine: Engine;
  id: string;
}

/** The image that the wrapper is measured in, on a device without Python; null for one that has it. */
async function imageFor({ device }: ConnectedDevice, engine: Engine | null): Promise<DeliveredImage | null> {
  if (device.facts.python !== null) return null;
  if (engine === null) throw new Error('it has neither Python nor a usable engine');
  const id = await newestImage(engine);
  if (id === null)
    throw new Error('it has no Python and no image of a run yet: collab images push hello delivers one');
  return { engine, id };
}

async function inContainer(
  { device }: ConnectedDevice,
  { engine, id: image }: DeliveredImage,
  folder: string,
  clock: Clock,
  signal?: AbortSignal,
): Promise<string> {
  const { user } = device.facts;
  const id = await engine.create({
    name: `collab-overhead-${clock.now().getTime()}`,
    image,
    command: ['python3', '/opt/collab/wrapper.py', ...argumentsIn('/collab')],
    user: `${user.uid}:${user.gid}`,
    env: { HOME: '/tmp' },
    labels: { 'collab.overhead': '1' },
    mounts: [{ kind: 'folder', source: `${folder}/work`, target: '/collab' }],
    capabilities: [],
  });
  try {
    await engine.start(id);
    for (const untilMs = clock.now().getTime() + withinMs; clock.now().getTime() < untilMs;) {
      signal?.throwIfAborted();
      await clock.sleep(pollEveryMs, signal);
      const state = await engine.inspect(id);
      if (state?.running === true) continue;
      const printed = await engine.logs(id, 20);
      if (state?.exitCode === 0) return printed;
      throw new Error(lastLine(printed) || 'its container ended without saying why');
    }
    throw new Error(`it did not end within ${withinMs / 1000} s`);
  } finally {
    await engine.remove(id).catch(() => undefined);
  }
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';
