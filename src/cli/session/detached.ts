import { spawn } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CollabEvent, Emit } from '../../index.js';
import type { Session } from './session.js';

/** Set in the process of a detached run, to the file that takes its output. */
export const detachedVariable = 'COLLAB_DETACHED';

/** Whether this process works on a run without a terminal, and without the process that started it. */
export const isDetached = (): boolean => process.env[detachedVariable] !== undefined;

/** What the process of a detached run says when its run has begun. */
interface Begun {
  runId: string;
  folder: string;
}

/**
 * Runs this command again without `--detach`, as a process with a session of its own, which no closed terminal ends. Returns
 * when its run has begun. If it could not begin, its output is printed here, and this process ends with its exit code.
 */
export async function startDetached(
  { workspace, signal, say, print }: Session,
  json: boolean,
): Promise<void> {
  const folder = join(await workspace.openPrivate(), 'detached');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${process.pid}-${Date.now()}.log`);
  const log = await open(path, 'w', 0o600);
  const words = process.argv.slice(1).filter((word) => word !== '--detach');
  const child = spawn(process.execPath, words, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    env: { ...process.env, [detachedVariable]: path },
  });
  await log.close();
  // Ctrl-C here reaches no process of another session.
  const forward = () => child.kill('SIGINT');
  signal.addEventListener('abort', forward, { once: true });
  const outcome = await new Promise<Begun | { code: number }>((resolve, reject) => {
    child.once('error', reject);
    child.on('message', (message: Begun | { waiting: string }) => {
      if ('waiting' in message) say(`Waiting: ${message.waiting}`);
      else resolve(message);
    });
    child.once('exit', (code) => resolve({ code: code ?? 1 }));
  });
  signal.removeEventListener('abort', forward);
  if ('code' in outcome) {
    relay(await readFile(path, 'utf8'), json);
    await rm(path, { force: true });
    process.exitCode = outcome.code;
    return;
  }
  child.disconnect();
  child.unref();
  const { runId } = outcome;
  say(
    `Run ${runId} goes on by itself, as process ${child.pid ?? 0}. Its output: ${logIn(outcome.folder).newest}`,
  );
  say(`To follow it: collab watch ${runId}. To end it: collab stop ${runId}`);
  print(outcome.folder, { run_id: runId, folder: outcome.folder, pid: child.pid ?? null });
}

/** With --json, what is not JSON are messages. */
function relay(output: string, json: boolean): void {
  for (const line of output.split('\n').filter((one) => one !== '')) {
    const stream = json && line.startsWith('{') ? process.stdout : process.stderr;
    stream.write(`${line}\n`);
  }
}

/** The events of a detached run, of which the process that started it learns that it has begun. */
export function reportBegin(emit: Emit): Emit {
  const log = process.env[detachedVariable];
  if (log === undefined) return emit;
  return (event: CollabEvent) => {
    emit(event);
    // The folder is made right after the first event of a new run.
    const hasFolder = event.kind === 'run.resumed' || event.kind === 'run.placed';
    if (event.kind === 'run.started' || event.kind === 'run.resumed')
      begun = { runId: event.run_id, folder: event.folder };
    // The process that started it may be gone: this one goes on all the same.
    if (event.kind === 'lease.waiting' && process.connected)
      process.send?.({ waiting: event.reason }, () => undefined);
    if (!hasFolder || begun === null || process.send === undefined) return;
    keepLog(log, begun.folder);
    if (process.connected) process.send(begun, () => process.connected && process.disconnect());
    begun = null;
  };
}

let begun: Begun | null = null;

/** The output goes into the run's folder, where that is on the same disk. */
function keepLog(log: string, folder: string): void {
  try {
    renameSync(log, logIn(folder).next);
  } catch {
    // It stays where it is.
  }
}

/** A run that went on has one for each process. */
function logIn(folder: string): { newest: string; next: string } {
  for (let n = 1, newest = folder; ; n += 1) {
    const next = join(folder, n === 1 ? 'controller.log' : `controller.${n}.log`);
    if (!existsSync(next)) return { newest, next };
    newest = next;
  }
}
