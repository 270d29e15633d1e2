import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import type { Clock } from '../../events.js';

/** A process that outlives this one. Its start tells it from a later process with the same number. */
export interface OwnProcess {
  pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks since boot. */
  startTicks: number;
}

/**
 * Starts a program in the background, in a session of its own, so that neither Ctrl-C nor a closed terminal ends it.
 * @param logPath gets what it prints; what is there is kept
 * @throws Error of `spawn`, e.g. ENOENT
 */
export async function startProcess(
  [file = '', ...args]: readonly string[],
  { logPath, cwd }: { logPath: string; cwd: string },
): Promise<OwnProcess> {
  await using log = await open(logPath, 'a', 0o600);
  const child = spawn(file, args, { cwd, detached: true, stdio: ['ignore', log.fd, log.fd] });
  await new Promise<void>((done, fail) => {
    child.once('spawn', done);
    child.once('error', fail);
  });
  child.unref();
  const pid = child.pid ?? 0;
  return { pid, startTicks: (await lookAt(pid))?.startTicks ?? 0 };
}

/** Whether it still runs. */
export async function isRunning(one: OwnProcess): Promise<boolean> {
  return (await stateOf(one)) !== 'ended';
}

/** Whether it runs, was paused (SIGSTOP), or has ended. */
export async function stateOf({ pid, startTicks }: OwnProcess): Promise<'running' | 'paused' | 'ended'> {
  const found = await lookAt(pid);
  if (found?.startTicks !== startTicks) return 'ended';
  return found.state === 'T' ? 'paused' : 'running';
}

/** Asks it to end, and kills it if it has not done so in time. No error if it has ended. */
export async function endProcess(process_: OwnProcess, graceMs: number, clock: Clock): Promise<void> {
  if (!(await isRunning(process_))) return;
  signalProcess(process_.pid, 'SIGTERM');
  // One that is paused would not hear it.
  signalProcess(process_.pid, 'SIGCONT');
  const untilMs = clock.now().getTime() + graceMs;
  for (let waitMs = 10; clock.now().getTime() < untilMs; waitMs = Math.min(2 * waitMs, 200)) {
    await clock.sleep(waitMs);
    if (!(await isRunning(process_))) return;
  }
  signalProcess(process_.pid, 'SIGKILL');
}

/** No error if there is no such process any more. */
export function signalProcess(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Null for a process that has ended, also for one that nobody waited for (state Z). */
async function lookAt(pid: number): Promise<{ state: string; startTicks: number } | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The name, in parentheses, may hold anything.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state = ''] = fields;
  return state === 'Z' || state === 'X' ? null : { state, startTicks: Number(fields[19]) };
}
