import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { AgentContext } from './duty.js';

/**
 * Runs the program that serves the dashboard of a keeper until the signal aborts. It is a process of its own, so that agents
 * without it keep their size. It ends when its standard input does: also when this process is killed.
 * @throws Error if it ends by itself
 */
export async function runDashboard(
  words: readonly string[],
  { log, signal }: Pick<AgentContext, 'log' | 'signal'>,
): Promise<void> {
  const child = spawn(process.execPath, words, { stdio: ['pipe', 'pipe', 'pipe'] });
  const tell = (from: Readable) =>
    createInterface({ input: from }).on('line', (line) => log(`dashboard: ${line}`));
  tell(child.stdout);
  tell(child.stderr);
  // It may end before it is told to.
  child.stdin.on('error', () => undefined);
  const end = () => void child.stdin.end();
  signal.addEventListener('abort', end, { once: true });
  try {
    const [code, killedBy] = (await once(child, 'close')) as [number | null, string | null];
    if (!signal.aborted) throw new Error(`it ended with ${killedBy ?? String(code)}`);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
