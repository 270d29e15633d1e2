import type { ChildProcess } from 'node:child_process';
import { expect } from 'vitest';
import type { TestWorkspace } from './workspace.js';

/** A long run in the background, with its output so far; resolves when its workers are ready. */
export async function patientRun(
  workspace: TestWorkspace,
): Promise<{ run: ChildProcess; said: () => string; ended: Promise<number | null> }> {
  const run = workspace.start('run', 'patient');
  let said = '';
  run.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  run.stdout?.resume();
  const ended = new Promise<number | null>((resolve) => run.once('exit', resolve));
  await expect.poll(() => said, { timeout: 90_000 }).toMatch(/worker-[01] ready[^]*worker-[01] ready/);
  return { run, said: () => said, ended };
}
