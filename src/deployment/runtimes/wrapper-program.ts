import { createHash } from 'node:crypto';
import type { ConnectedDevice } from '../../network/index.js';
import { deviceRunFolder } from './runtime.js';

/**
 * How Python starts the wrapper. Without what a login or an image adds to every Python (-S: site packages and their start-up
 * code, -E: PYTHON* variables, which could replace modules of the wrapper): it needs the standard library only, and starts
 * in half the time. The role's command gets the environment unchanged.
 */
const options = ['-S', '-E'] as const;
export const wrapperPython = (python: string): string[] => [python, ...options];

/**
 * The program that `python3` starts for the login. A launcher in its place, such as pyenv's, is a shell script that can take
 * longer than the start of the wrapper.
 */
export async function findPython({ shell }: ConnectedDevice): Promise<string> {
  const asked = [...wrapperPython('python3'), '-c', 'import sys; print(sys.executable)'];
  const { code, stdout } = await shell.exec(asked);
  const path = stdout.trim();
  return code === 0 && path.startsWith('/') ? path : 'python3';
}

/** Where a container has the folder in which Python keeps the compiled wrapper. */
const cacheTarget = '/collab-cache';

/** The same in a container, where the wrapper's own folder is not writable (Python 3.8; an older one ignores it). */
export const wrapperInContainer = [
  ...wrapperPython('python3'),
  '-X',
  `pycache_prefix=${cacheTarget}`,
  '/opt/collab/wrapper.py',
  '/collab',
];

/** Folders of a run on its devices for the compiled wrapper, so that not every container compiles it again. */
export class WrapperCache {
  private readonly made = new Map<string, Promise<string>>();

  /** Makes the folder, once per run, device and image. @returns its mount */
  async mount(connected: ConnectedDevice, { runId, image }: { runId: string; image: string }) {
    const hash = createHash('sha256').update(image).digest('hex').slice(0, 16);
    const folder = `${deviceRunFolder(connected, runId)}/compiled/${hash}`;
    const key = `${connected.device.name} ${folder}`;
    const making = this.made.get(key) ?? connected.shell.makeFolder(folder).then(() => folder);
    this.made.set(key, making);
    const source = await making.catch((error: unknown) => {
      this.made.delete(key);
      throw error;
    });
    return { kind: 'folder' as const, source, target: cacheTarget };
  }
}
