import type { ConnectedDevice } from '../../network/index.js';

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
export const cacheTarget = '/collab-cache';

/** Where a container has the wrapper. */
export const wrapperTarget = '/opt/collab';

/** The same in a container, where the wrapper's own folder is not writable (Python 3.8; an older one ignores it). */
const pythonInContainer = [...wrapperPython('python3'), '-X', `pycache_prefix=${cacheTarget}`];
export const wrapperInContainer = [...pythonInContainer, `${wrapperTarget}/wrapper.py`, '/collab'];

/** Fills that folder. */
export const compilesWrapper = [...pythonInContainer, '-m', 'compileall', '-q', wrapperTarget];
