import { messageOf } from '../../errors.js';
import type { Shell } from '../../network/index.js';
import { listProgram, type Packages, parsePackages } from './read-packages.js';

const timeoutMs = 30_000;

/** Lists the packages that python3 of this machine finds. Never rejects, so that no run fails because of it. */
export async function packagesHere(shell: Pick<Shell, 'exec'>): Promise<Packages> {
  try {
    const { code, stdout, stderr } = await shell.exec(['python3', '-c', listProgram(), '--here'], {
      timeoutMs,
    });
    if (code === 127) return { unavailable: 'this machine has no python3' };
    if (code === 0) return parsePackages(stdout);
    return { unavailable: stderr.trim().split('\n').at(-1) ?? `python3 ended with code ${code ?? '?'}` };
  } catch (error) {
    return { unavailable: messageOf(error) };
  }
}
