import { messageOf } from '../../errors.js';
import type { Clock } from '../../events.js';
import { packageLists, type PackageLists } from '../../logs/index.js';
import { programText } from '../../package-folder.js';
import type { Engine } from '../engine/index.js';

/** The packages that were found, or why they could not be read. */
export type Packages = PackageLists | { unavailable: string };

/** Where the program leaves its list in the container. */
const listFile = '/tmp/collab-packages.json';
const withinMs = 90_000;
/** Nobody: it only reads. */
const user = '65534:65534';

/**
 * Lists the packages in an image by a container of it, which has no network, no capabilities and no rights, and is removed
 * afterwards. Rejects only when the signal aborts.
 * @param name of the container
 */
export async function readPackages(
  engine: Engine,
  imageId: string,
  { name, labels, clock, signal }: ReadingContext,
): Promise<Packages> {
  let container: string | null = null;
  const over = new AbortController();
  try {
    signal.throwIfAborted();
    container = await engine.create({
      name,
      image: imageId,
      command: ['python3', '-c', listProgram(), listFile],
      user,
      env: { HOME: '/tmp' },
      labels,
      capabilities: [],
      network: 'none',
      pidsLimit: 64,
    });
    await engine.start(container);
    const stop = AbortSignal.any([signal, over.signal]);
    void clock.sleep(withinMs, stop).then(() => over.abort());
    await engine.waitForEnd(container, stop);
    signal.throwIfAborted();
    return await listIn(engine, container);
  } catch (error) {
    signal.throwIfAborted();
    return { unavailable: messageOf(error) };
  } finally {
    over.abort();
    if (container !== null) await engine.remove(container).catch(() => undefined);
  }
}

export interface ReadingContext {
  name: string;
  labels: Readonly<Record<string, string>>;
  clock: Clock;
  signal: AbortSignal;
}

/** The program that lists packages, to be passed to python3 as text. */
export const listProgram = (): string => programText('deployment/packages/list_packages.py');

/** What the program wrote. Text of an image is data: it is checked. */
export function parsePackages(text: string): Packages {
  try {
    return packageLists.parse(JSON.parse(text));
  } catch (error) {
    return { unavailable: `the list is not one of packages: ${messageOf(error)}` };
  }
}

async function listIn(engine: Engine, container: string): Promise<Packages> {
  const state = await engine.inspect(container);
  if (state === null) return { unavailable: 'the container that read them was removed by someone else' };
  if (state.running) return { unavailable: `reading them took more than ${withinMs / 1000} s` };
  const file = state.exitCode === 0 ? await engine.readFile(container, listFile) : null;
  if (file !== null) return parsePackages(file.toString());
  const said = (await engine.logs(container, 5)).trim().split('\n').at(-1) ?? '';
  return { unavailable: said === '' ? `python3 there ended with code ${state.exitCode ?? '?'}` : said };
}
