import { createHash } from 'node:crypto';
import { readFile, readlink, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type ControllerRecord,
  journalFile,
  newestAttempt,
  placementOf,
  roleFiles,
  roleFolder,
  runFile,
  type RunRecord,
} from '../records/index.js';

/** This process, as the controller of a run. What this machine does not tell is null. */
export async function thisController(): Promise<ControllerRecord> {
  return { ...(await thisPlace()), pid: process.pid, start_ticks: await startTicks('self') };
}

type Place = Pick<ControllerRecord, 'host' | 'machine' | 'boot_id' | 'pid_namespace'>;

async function thisPlace(): Promise<Place> {
  const [machine, boot, namespace] = await Promise.all([
    readFile('/etc/machine-id', 'utf8').catch(() => ''),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ]);
  return {
    host: hostname(),
    machine: machine.trim() === '' ? null : ofMachine(machine.trim()),
    boot_id: boot.trim() || null,
    pid_namespace: namespace || null,
  };
}

/** man machine-id: the id itself must not leave the machine, a hash of it with a text of the application may. */
const ofMachine = (id: string) => createHash('sha256').update(`collab ${id}`).digest('hex').slice(0, 32);

/**
 * Field 22 of /proc/<pid>/stat: start of the process since boot, in clock ticks. NaN for one that has ended and that nobody
 * waited for; null if it cannot be read.
 */
async function startTicks(pid: number | 'self'): Promise<number | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  const fields = afterName(text);
  return fields[0] === 'Z' || fields[0] === 'X' ? NaN : Number(fields[19]);
}

/** Fields 3 and later: the name before them is in parentheses and may hold anything. */
const afterName = (text: string) => text.slice(text.lastIndexOf(')') + 2).split(' ');

export type ControllerState = { is: 'there' | 'gone' } | { is: 'unchecked'; why: string };

/** Whether the controller of a run is still there. Nothing but a process of this machine can be looked at. */
export async function lookForController(
  controller: ControllerRecord | undefined,
  here?: Place,
): Promise<ControllerState> {
  if (controller === undefined) return unchecked('its record does not name the process that runs it');
  const { host, machine, boot_id, pid_namespace, pid, start_ticks } = controller;
  const own = here ?? (await thisPlace());
  const sameBoot = boot_id !== null && boot_id === own.boot_id;
  const sameMachine = sameBoot || (machine !== null && machine === own.machine && host === own.host);
  if (!sameMachine) return unchecked(`it is run by ${host}, and this is ${own.host}`);
  if (boot_id === null || own.boot_id === null)
    return unchecked('this machine does not tell when it was booted');
  if (!sameBoot) return { is: 'gone' };
  if (pid_namespace !== own.pid_namespace)
    return unchecked('its process is in another container of this machine, or outside of this one');
  if (!exists(pid)) return { is: 'gone' };
  const now = await startTicks(pid);
  if (now === null || start_ticks === null)
    return unchecked(`process ${pid} is there, but this machine does not tell whether it is the same`);
  return { is: now === start_ticks ? 'there' : 'gone' };
}

const unchecked = (why: string): ControllerState => ({ is: 'unchecked', why });

/** Signal 0 also tells of processes of other users that /proc hides (mount option hidepid). */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

/** When a run was last written to: its journal, its record, or what was copied of a role that runs. */
export async function lastWritten(folder: string, record: RunRecord): Promise<Date> {
  const running = record.trials.filter(({ state }) => state === 'running');
  const files = running.flatMap((trial) =>
    placementOf(record, trial).flatMap(({ role, rank }) =>
      [roleFiles.samples, roleFiles.stdout].map((file) =>
        join(roleFolder(folder, newestAttempt(trial), role, rank), file),
      ),
    ),
  );
  const paths = [join(folder, journalFile), join(folder, runFile), ...files];
  const times = await Promise.all(
    paths.map((path) =>
      stat(path).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  );
  return new Date(Math.max(...times));
}
